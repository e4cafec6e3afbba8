import Foundation
import ObserverEngine
import Testing

@Suite("Deploy windows")
struct DeployWindowTests {
    /// - Parameter time: RFC 3339.
    private static func date(_ time: String) throws -> Date { try Date(rfc3339: time).orThrow() }

    private static func windows(_ texts: String...) throws -> DeployWindows {
        DeployWindows(try texts.map { try DeployWindow($0) })
    }

    @Test(
        "a moment is within a window or not, by the clocks of its zone",
        arguments: [
            // 2026-11-30 is a Monday; Berlin is at +01:00 in winter.
            ("Mon-Thu 09:00-16:00 Europe/Berlin", "2026-11-30T07:59:59Z", false),
            ("Mon-Thu 09:00-16:00 Europe/Berlin", "2026-11-30T08:00:00Z", true),
            ("Mon-Thu 09:00-16:00 Europe/Berlin", "2026-11-30T14:59:59Z", true),
            ("Mon-Thu 09:00-16:00 Europe/Berlin", "2026-11-30T15:00:00Z", false),
            ("Mon-Thu 09:00-16:00 Europe/Berlin", "2026-07-06T07:00:00Z", true),
            ("Mon-Thu 09:00-16:00 Europe/Berlin", "2026-11-27T10:00:00Z", false),
            ("Fri,Sun 00:00-24:00", "2026-11-27T23:59:59Z", true),
            ("Fri,Sun 00:00-24:00", "2026-11-28T00:00:00Z", false),
            ("Fri 22:00-02:00", "2026-11-27T23:00:00Z", true), ("Fri 22:00-02:00", "2026-11-28T01:59:59Z", true),
            ("Fri 22:00-02:00", "2026-11-28T02:00:00Z", false), ("Fri 22:00-02:00", "2026-11-27T01:00:00Z", false),
            ("Sat-Mon 08:00-09:00", "2026-11-29T08:30:00Z", true), ("daily 08:00-09:00", "2026-11-25T08:30:00Z", true),
            ("Mon 00:00-01:00 Pacific/Auckland", "2026-11-29T11:30:00Z", true),
            ("daily 09:00-10:00 Asia/Kathmandu", "2026-11-29T03:20:00Z", true),
            ("Thu 00:00-01:00", "1970-01-01T00:00:00Z", true), ("Wed 23:00-24:00", "1969-12-31T23:30:00Z", true),
        ])
    func contains(window: String, time: String, isOpen: Bool) throws {
        #expect(try Self.windows(window).isOpen(at: Self.date(time)) == isOpen)
    }

    @Test("a window that denies wins, and alone it allows any other time")
    func denies() throws {
        let both = try Self.windows("Mon-Fri 09:00-16:00", "!Fri 12:00-24:00")
        #expect(try both.isOpen(at: Self.date("2026-11-27T11:59:00Z")))
        #expect(try !both.isOpen(at: Self.date("2026-11-27T12:00:00Z")))
        #expect(try both.opening(from: Self.date("2026-11-27T12:00:00Z")) == Self.date("2026-11-30T09:00:00Z"))
        let freeze = try Self.windows("!Fri 12:00-24:00")
        #expect(try freeze.isOpen(at: Self.date("2026-11-28T03:00:00Z")))
        #expect(try freeze.opening(from: Self.date("2026-11-27T13:00:00Z")) == Self.date("2026-11-28T00:00:00Z"))
        #expect(try Self.windows("Mon 09:00-10:00", "!daily 00:00-24:00").opening(from: Date()) == nil)
        #expect(DeployWindows().isOpen(at: Date()))
    }

    @Test(
        "the next opening is exact, also over a change of the clocks",
        arguments: [
            ("Mon-Thu 09:00-16:00 Europe/Berlin", "2026-11-27T20:00:00Z", "2026-11-30T08:00:00Z"),
            ("Mon 09:00-10:00", "2026-11-30T09:00:00Z", "2026-11-30T09:00:00Z"),
            ("Mon 09:00-10:00", "2026-11-30T10:00:00Z", "2026-12-07T09:00:00Z"),
            ("daily 22:00-02:00", "2026-11-30T02:00:00Z", "2026-11-30T22:00:00Z"),
            // Berlin, 2026-03-29: 02:00 becomes 03:00, so the window is skipped, and a longer one begins an hour later.
            ("Sun 02:15-02:45 Europe/Berlin", "2026-03-28T12:00:00Z", "2026-04-05T00:15:00Z"),
            ("Sun 02:00-04:00 Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            ("Mon 09:00-16:00 Europe/Berlin", "2026-03-27T16:00:00Z", "2026-03-30T07:00:00Z"),
            // Berlin, 2026-10-25: 03:00 becomes 02:00, so the window opens twice.
            ("Sun 02:15-02:45 Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:15:00Z"),
            ("Sun 02:15-02:45 Europe/Berlin", "2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z"),
            ("Sun 02:15-02:45 Europe/Berlin", "2026-10-25T01:45:00Z", "2026-11-01T01:15:00Z"),
            // New York, 2026-11-01: 02:00 becomes 01:00.
            ("Sun 01:30-01:50 America/New_York", "2026-11-01T05:50:00Z", "2026-11-01T06:30:00Z"),
            // Lord Howe Island, 2026-10-04: half an hour is skipped.
            ("Sun 02:00-03:00 Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z"),
        ])
    func opens(window: String, now: String, opening: String) throws {
        let windows = try Self.windows(window)
        #expect(try windows.opening(from: Self.date(now)) == Self.date(opening))
    }

    @Test("an opening is found from any minute of a year, and nothing before it is open")
    func everyMinute() throws {
        let windows = try Self.windows(
            "Mon-Thu 09:00-16:00 Europe/Berlin", "Sat 23:30-01:30 America/New_York", "!Wed 10:15-10:45 Europe/Berlin")
        var now = try Self.date("2026-01-01T00:00:30Z")
        let end = now + 365 * 86_400
        while now < end {
            let opening = try windows.opening(from: now).orThrow()
            #expect(windows.isOpen(at: opening))
            if opening > now { #expect(!windows.isOpen(at: opening - 1), "\(opening)") }
            // The next change is near: walk through closed times in coarse steps, and to the end of open ones.
            let closed = stride(from: now.timeIntervalSince1970, to: opening.timeIntervalSince1970, by: 900)
            #expect(closed.allSatisfy { !windows.isOpen(at: Date(timeIntervalSince1970: $0)) }, "\(now)")
            now = opening + 3_333
        }
    }

    @Test("the time of an opening is shown by the clocks of its zone, with the date if it is far away")
    func texts() throws {
        let window = try DeployWindow("Mon-Thu 09:00-16:00 Europe/Berlin")
        let monday = try Self.date("2026-11-30T08:00:00Z")
        #expect(window.time(monday, now: monday - 86_400) == "Mon 09:00 Europe/Berlin")
        #expect(window.time(monday, now: monday - 7 * 86_400) == "Mon 2026-11-30 09:00 Europe/Berlin")
        #expect(try DeployWindow("daily 09:05-10:00").time(monday + 3900, now: monday) == "Mon 09:05 UTC")
    }

    @Test(
        "an invalid window is refused with the reason",
        arguments: [
            ("", "must have days and hours, and may have a time zone"), ("!", "must have days and hours"),
            ("09:00-16:00", "must have days and hours"),
            ("Mon 09:00-16:00 Europe/Berlin now", "must have days and hours"),
            ("!!Mon 09:00-16:00", "has the unknown day '!Mon'"),
            ("Mon-Funday 09:00-16:00", "has the unknown day 'Mon-Funday'"),
            ("Mon, 09:00-16:00", "has the unknown day ''"),
            ("Mon-Tue-Wed 09:00-16:00", "has the unknown day 'Mon-Tue-Wed'"),
            ("Mon 9:00-16:00", "has the invalid hours '9:00-16:00'"), ("Mon 09:00", "has the invalid hours"),
            ("Mon 09:00-25:00", "has the invalid hours"), ("Mon 24:00-01:00", "has the invalid hours"),
            ("Mon 09:60-10:00", "has the invalid hours"), ("Mon 09:00-09:00", "is empty"),
            ("Mon 09:00-09:14", "is shorter than 15 minutes"), ("Mon 23:50-00:04", "is shorter than 15 minutes"),
            ("Mon 09:00-16:00 Europe/Berln", "has the unknown time zone 'Europe/Berln'"),
            ("Mon 09:00-16:00 UTC+2", "has the unknown time zone 'UTC+2'"),
            ("Mon 09:00-16:00 gmt-0200", "has the unknown time zone 'gmt-0200'"),
            ("Mon 09:00-16:00 +02:00", "has the unknown time zone '+02:00'"),
        ])
    func refuses(text: String, reason: String) {
        let error = #expect(throws: DeployWindow.Malformed.self) { try DeployWindow(text) }
        #expect(error?.description.hasPrefix(reason) == true, "\(String(describing: error))")
    }

    @Test("UTC is accepted in small letters, too", arguments: ["utc", "Utc", "gmt"])
    func smallLetters(zone: String) throws {
        let window = try DeployWindow("Mon 09:00-16:00 \(zone)")
        let monday = try Self.date("2026-11-30T09:00:00Z")
        #expect(window.contains(monday) && window.time(monday, now: monday) == "Mon 09:00 UTC")
    }

    @Test("a window of 15 minutes is accepted, also over midnight")
    func shortest() throws {
        _ = try Self.windows("Mon 09:00-09:15", "Mon 23:50-00:05", "!Mon 23:45-24:00")
    }
}
