import Foundation

/// Dates in the formats of GitHub's and Marathon's documents.
enum Timestamp {
    /// `2016-05-08T18:48:06Z`
    static func seconds(_ date: Date) -> String {
        date.formatted(.iso8601)
    }

    /// `2016-05-08T18:48:06.123Z`
    static func milliseconds(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// `Sun, 08 May 2016 18:48:06 GMT`
    static func http(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: date)
    }
}
