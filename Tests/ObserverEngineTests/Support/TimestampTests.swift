import Foundation
import ObserverEngine
import Testing

@Suite("Timestamps and durations")
struct TimestampTests {
    @Test("a timestamp is written in UTC with whole seconds")
    func written() {
        #expect(Date(timeIntervalSince1970: 1_462_733_286).rfc3339 == "2016-05-08T18:48:06Z")
    }

    @Test(
        "a timestamp is written as Foundation writes it, in the calendar of today",
        arguments: [
            -11_644_473_600, -1, 0, 951_782_400, 1_462_733_286.999, 1_800_000_000.001, 4_102_444_799, 253_402_300_799,
        ])
    func writtenAsByFoundation(seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(date.rfc3339 == date.formatted(.iso8601))
        let text = date.rfc3339Milliseconds
        #expect(Date(rfc3339: text).map { abs($0.timeIntervalSince(date)) < 0.0015 } == true, "\(text)")
    }

    @Test("a timestamp with milliseconds is the same after it was read and written again")
    func milliseconds() {
        for number in stride(from: 0, to: 1000, by: 7) {
            let text = "2026-05-15T15:20:41." + String("00\(number)".suffix(3)) + "Z"
            #expect(Date(rfc3339: text)?.rfc3339Milliseconds == text)
        }
    }

    @Test(
        "RFC 3339 is read with and without fractions, at any offset",
        arguments: ["2016-05-08T18:48:06Z", "2016-05-08T18:48:06.000Z", "2016-05-08T20:48:06+02:00"])
    func read(text: String) {
        #expect(Date(rfc3339: text) == Date(timeIntervalSince1970: 1_462_733_286))
    }

    @Test("other strings are not timestamps", arguments: ["", "yesterday", "2016-05-08", "1462733286"])
    func unread(text: String) {
        #expect(Date(rfc3339: text) == nil)
    }
}
