package import Foundation
import Glibc

extension Date {
    /// `2016-05-08T18:48:06Z`: whole seconds, UTC.
    package var rfc3339: String { text(seconds: timeIntervalSince1970.rounded(.down), milliseconds: nil) }

    /// `2016-05-08T18:48:06.123Z`: with milliseconds, UTC.
    package var rfc3339Milliseconds: String {
        // A parsed date may be slightly less than its milliseconds.
        let all = (timeIntervalSince1970 * 1000 + 0.001).rounded(.down)
        let seconds = (all / 1000).rounded(.down)
        return text(seconds: seconds, milliseconds: Int(all - seconds * 1000))
    }

    /// Written by hand: every line of the log has a date, and formatting one took as long as verifying a signature.
    private func text(seconds: Double, milliseconds: Int?) -> String {
        // The years that have four digits.
        guard (-62_167_219_200..<253_402_300_800).contains(seconds) else { return formatted(.iso8601) }
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var digits: [UInt8] = []
        digits.reserveCapacity(24)
        func append(_ number: Int, _ count: Int, _ separator: Unicode.Scalar) {
            var divisor = 1
            for _ in 1..<count { divisor *= 10 }
            while divisor > 0 {
                digits.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
                divisor /= 10
            }
            digits.append(UInt8(ascii: separator))
        }
        append(Int(parts.tm_year) + 1900, 4, "-")
        append(Int(parts.tm_mon) + 1, 2, "-")
        append(Int(parts.tm_mday), 2, "T")
        append(Int(parts.tm_hour), 2, ":")
        append(Int(parts.tm_min), 2, ":")
        append(Int(parts.tm_sec), 2, milliseconds == nil ? "Z" : ".")
        if let milliseconds { append(milliseconds, 3, "Z") }
        return String(decoding: digits, as: UTF8.self)
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
