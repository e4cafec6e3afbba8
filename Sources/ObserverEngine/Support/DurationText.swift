package import Foundation

/// A duration for people to read: the same words in logs, commands and the dashboard.
package struct DurationText: Equatable, Sendable {
    package let text: String
    /// The number of seconds at which a growing duration needs a new text.
    package let end: Double

    /// In at most two units, rounded down: `18 s`, `2m 4s`, `1h 5m`, `3d 4h`.
    package init(_ seconds: Double) {
        let seconds = Self.whole(seconds)
        let unit = seconds < 3600 ? 1 : seconds < 86400 ? 60 : 3600
        end = Double((seconds / unit + 1) * unit)
        text =
            switch seconds {
            case ..<60: "\(seconds) s"
            case ..<3600: "\(seconds / 60)m \(seconds % 60)s"
            case ..<86400: "\(seconds / 3600)h \(seconds / 60 % 60)m"
            default: "\(seconds / 86400)d \(seconds / 3600 % 24)h"
            }
    }

    /// In one unit, rounded down: `18 s`, `2m`, `47h`, `3d`.
    package init(coarse seconds: Double) {
        let unit = Int(Self.coarseUnit(of: seconds))
        let count = Self.whole(seconds) / unit
        end = Double((count + 1) * unit)
        text = "\(count)" + (unit == 1 ? " s" : unit == 60 ? "m" : unit == 3600 ? "h" : "d")
    }

    /// The unit of a coarse text, in seconds: a second, a minute, an hour or a day.
    package static func coarseUnit(of seconds: Double) -> Double {
        switch seconds {
        case ..<60: 1
        case ..<3600: 60
        case ..<172_800: 3600
        default: 86400
        }
    }

    private static func whole(_ seconds: Double) -> Int {
        Int(min(max(0, seconds), 1e12))
    }
}

extension Duration {
    /// `340 ms`, `18 s`, `2m 4s`, `1h 5m`, `3d 4h`.
    package var brief: String {
        seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : DurationText(seconds.rounded()).text
    }
}

extension Date {
    /// `just now`, `12 s ago`, `3m ago`, `5h ago`, `2d ago`.
    package func age(at now: Date) -> String {
        let seconds = now.timeIntervalSince(self)
        return seconds < 1 ? "just now" : DurationText(coarse: seconds).text + " ago"
    }

    /// `12 s left`, `2h 5m left`.
    package func timeLeft(from now: Date) -> String {
        "\(DurationText(max(0, timeIntervalSince(now))).text) left"
    }

    /// `now`, `in 12 s`, `in 2h 5m`.
    package func countdown(from now: Date) -> String {
        let seconds = timeIntervalSince(now)
        return seconds < 1 ? "now" : "in \(DurationText(seconds).text)"
    }
}
