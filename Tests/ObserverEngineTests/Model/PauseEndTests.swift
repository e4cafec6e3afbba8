import Foundation
import ObserverEngine
import Testing

@Suite("The end of a pause, as it is typed")
struct PauseEndTests {
    private static let zone = TimeZone(identifier: "Europe/Berlin")

    @Test(
        "durations and times",
        arguments: [
            ("2h", "2026-12-24T12:00:00Z"), ("1h30m", "2026-12-24T11:30:00Z"), ("90s", "2026-12-24T10:01:30Z"),
            ("3d", "2026-12-27T10:00:00Z"), ("18:00", "2026-12-24T17:00:00Z"), ("9:30", "2026-12-25T08:30:00Z"),
            ("2026-12-24T18:00", "2026-12-24T17:00:00Z"), ("2026-12-25 06:30:15", "2026-12-25T05:30:15Z"),
            ("2026-12-24T18:00:00+03:00", "2026-12-24T15:00:00Z"), ("2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"),
        ])
    func parses(text: String, end: String) throws {
        let now = try Date(rfc3339: "2026-12-24T10:00:00Z").orThrow()
        #expect(try PauseEnd(text, now: now, zone: try Self.zone.orThrow()).date.rfc3339 == end)
    }

    @Test(
        "anything else is refused",
        arguments: [
            ("", "is neither a duration"), ("0h", "is neither a duration"), ("2 hours", "is neither a duration"),
            ("24:00", "is neither a duration"), ("2026-02-30T10:00", "is neither a duration"),
            ("2026-12-24T09:00", "is in the past"), ("-2h", "is neither a duration"),
            ("999999d", "is too long"), ("1d123456h", "is too long"),
        ])
    func refuses(text: String, reason: String) throws {
        let now = try Date(rfc3339: "2026-12-24T10:00:00Z").orThrow()
        let zone = try Self.zone.orThrow()
        let error = #expect(throws: PauseEnd.Malformed.self) { try PauseEnd(text, now: now, zone: zone) }
        #expect(error?.description.hasPrefix(reason) == true)
    }
}
