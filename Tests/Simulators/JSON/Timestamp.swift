import Foundation

/// Moments as GitHub's and Marathon's documents write them.
enum Timestamp {
    /// `2016-05-08T18:48:06Z`
    static func seconds(_ date: Date) -> String {
        date.formatted(.iso8601)
    }

    /// `2016-05-08T18:48:06.123Z`
    static func milliseconds(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
