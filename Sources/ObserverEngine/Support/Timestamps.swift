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

    /// For display: `340 ms`, `18 s`, `2m 4s`, `1h 2m`.
    package var brief: String {
        let seconds = self.seconds
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        let whole = Int(exactly: seconds.rounded()) ?? .max
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60)m \(whole % 60)s"
        default: return "\(whole / 3600)h \(whole % 3600 / 60)m"
        }
    }
}
