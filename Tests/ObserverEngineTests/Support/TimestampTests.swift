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
}
