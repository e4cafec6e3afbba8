package import Foundation

extension Date {
    /// `2016-05-08T18:48:06Z`: whole seconds, UTC.
    package var rfc3339: String {
        formatted(.iso8601)
    }

    /// Parses an RFC 3339 timestamp with or without fractional seconds.
    package init?(rfc3339 text: String) {
        if let date = try? Date(text, strategy: .iso8601) {
            self = date
        } else if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
            self = date
        } else {
            return nil
        }
    }
}

extension Duration {
    /// In seconds.
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
