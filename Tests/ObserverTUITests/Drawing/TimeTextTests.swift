import Foundation
import Testing

@testable import ObserverTUI

@Suite("Times in the dashboard")
struct TimeTextTests {
    static let then = Date(timeIntervalSince1970: 1_462_733_071)

    @Test(
        "ages",
        arguments: [
            (0.0, "0s"), (4.2, "4s"), (59.9, "59s"), (60, "1m"), (119, "1m"), (192, "3m"), (599, "9m"), (600, "10m"),
            (3599, "59m"), (3600, "1h"), (172_799, "47h"), (172_800, "2d"), (86_400_000, "1000d"), (1e10, "old"),
            (-5, "0s"),
        ])
    func ages(seconds: Double, expected: String) {
        #expect(TimeText.age(of: Self.then, at: Self.then + seconds).text == expected)
    }

    @Test(
        "the duration of something that has ended",
        arguments: [(0.155, "0.2s"), (3.4, "3.4s"), (9.96, "10s"), (17.6, "18s"), (126.4, "2m 6s"), (-1, "0.0s")])
    func took(seconds: Double, expected: String) {
        #expect(TimeText.took(seconds) == expected)
    }

    @Test("remaining time is never 0 before the time has come")
    func remaining() {
        let words = [0.4, 59.5, 61, 170, 3601].map { TimeText.remaining(until: Self.then + $0, at: Self.then).text }
        #expect(words == ["1 s", "1m", "2m", "3m", "2h"])
    }

    @Test(
        "a time changes at its expiry, and not before",
        arguments: [3.25, 61.5, 3700.75, 100_000.5, 400_000])
    func expiry(seconds: Double) throws {
        let now = Self.then + seconds
        let far = Self.then + 600_000
        let texts: [(Date) -> TimeText] = [
            { .age(of: Self.then, at: $0) }, { .elapsed(since: Self.then, at: $0) }, { .remaining(until: far, at: $0) },
            { .countdown(to: far, at: $0) },
        ]
        for text in texts {
            let expiry = try #require(text(now).expiry)
            #expect(expiry > now)
            #expect(text(expiry - 0.01).text == text(now).text)
            #expect(text(expiry + 0.01).text != text(now).text)
        }
    }

    @Test("formats times and dates in its time zone")
    func clock() throws {
        #expect(WallClock.utc.full(Self.then) == "2016-05-08 18:44:31Z")
        #expect(WallClock.utc.full(Date(timeIntervalSince1970: 951_782_400)) == "2000-02-29 00:00:00Z")
        #expect(WallClock.utc.full(Date(timeIntervalSince1970: -1)) == "1969-12-31 23:59:59Z")
        let berlin = WallClock(zone: try #require(TimeZone(identifier: "Europe/Berlin")))
        #expect(berlin.time(Self.then) == "20:44:31")
        #expect(berlin.compact(Self.then, today: Self.then + 3600) == "20:44:31")
        #expect(berlin.compact(Self.then, today: Self.then + 4 * 3600) == "8 May 20:44")
        #expect(berlin.compact(Self.then, today: Self.then + 400 * 86400) == "8 May 2016")
        #expect(berlin.short(Self.then, today: Self.then + 3600) == "20:44")
        #expect(berlin.short(Self.then, today: Self.then + 4 * 3600) == "8 May")
    }

    @Test("UTC is marked, so that it is not taken for local time")
    func utc() {
        #expect(WallClock.utc.time(Self.then) == "18:44:31Z")
        #expect(WallClock.utc.minute(Self.then).text == "18:44Z")
        #expect(WallClock.utc.compact(Self.then, today: Self.then + 86400) == "8 May 18:44Z")
    }
}
