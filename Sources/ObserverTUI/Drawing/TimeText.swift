import Foundation

/// Times as words that are as short as they can be, and until when each is true.
struct TimeText: Equatable {
    let text: String
    /// nil where it stays true.
    let expiry: Date?

    /// "now", "2m", "3h", "5d": at most four columns.
    static func age(of date: Date, at now: Date) -> TimeText {
        let seconds = max(0, now.timeIntervalSince(date))
        let (unit, name): (Double, String) =
            switch seconds {
            case ..<3600: (60, "m")
            case ..<(48 * 3600): (3600, "h")
            default: (86400, "d")
            }
        let count = (seconds / unit).rounded(.down)
        let text = seconds < 60 ? "now" : count > 999 ? "old" : "\(Int(count))\(name)"
        return TimeText(text: text, expiry: date.addingTimeInterval((count + 1) * unit))
    }

    /// "review in 3m": rounded up, so that it never says 0 while there is time.
    static func remaining(until date: Date, at now: Date) -> TimeText {
        let seconds = max(0, date.timeIntervalSince(now))
        guard seconds > 0 else { return TimeText(text: "now", expiry: nil) }
        let unit: Double = seconds <= 60 ? 1 : seconds <= 3600 ? 60 : 3600
        let count = (seconds / unit).rounded(.up)
        let name = unit == 1 ? " s" : unit == 60 ? "m" : "h"
        return TimeText(text: "\(Int(count))\(name)", expiry: date.addingTimeInterval(-(count - 1) * unit))
    }

    /// A duration that still grows.
    static func elapsed(since start: Date, at now: Date) -> TimeText {
        let seconds = max(0, now.timeIntervalSince(start))
        let unit: Double = seconds < 3600 ? 1 : seconds < 86400 ? 60 : 3600
        let next = ((seconds / unit).rounded(.down) + 1) * unit
        return TimeText(text: duration(seconds), expiry: start.addingTimeInterval(next))
    }

    /// "18 s", "2m 4s", "1h 5m", "3d 4h".
    static func duration(_ seconds: Double) -> String {
        let seconds = Int(min(max(0, seconds), 1e9))
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60)m \(seconds % 60)s"
        case ..<86400: "\(seconds / 3600)h \(seconds / 60 % 60)m"
        default: "\(seconds / 86400)d \(seconds / 3600 % 24)h"
        }
    }

    /// How long the engine runs: nothing smaller than minutes, so that it changes seldom.
    static func uptime(since start: Date, at now: Date) -> TimeText {
        let minutes = (max(0, now.timeIntervalSince(start)) / 60).rounded(.down)
        let text = minutes < 60 ? "\(Int(minutes))m" : duration(minutes * 60)
        return TimeText(text: text, expiry: start.addingTimeInterval((minutes + 1) * 60))
    }
}
