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
        "RFC 3339 is read with and without fractions, at any offset",
        arguments: ["2016-05-08T18:48:06Z", "2016-05-08T18:48:06.000Z", "2016-05-08T20:48:06+02:00"])
    func read(text: String) {
        #expect(Date(rfc3339: text) == Date(timeIntervalSince1970: 1_462_733_286))
    }

    @Test("other strings are not timestamps", arguments: ["", "yesterday", "2016-05-08", "1462733286"])
    func unread(text: String) {
        #expect(Date(rfc3339: text) == nil)
    }

    @Test(
        "a span is brief",
        arguments: [
            (Duration.milliseconds(340), "340 ms"), (.zero, "0 ms"), (.seconds(18), "18 s"), (.seconds(59.6), "1m 0s"),
            (.seconds(124), "2m 4s"), (.seconds(3720), "1h 2m"),
            (.seconds(Int.max), "2562047788015215h 30m"),
        ])
    func brief(duration: Duration, text: String) {
        #expect(duration.brief == text)
    }
}
