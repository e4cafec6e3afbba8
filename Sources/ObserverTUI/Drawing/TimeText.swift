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

/// Times of day and dates in one time zone.
struct WallClock: Equatable, Sendable {
    let zone: TimeZone

    static let utc = WallClock(zone: .gmt)

    /// "12:04:31"
    func time(_ date: Date) -> String {
        let second = secondsOfDay(date)
        return "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    }

    /// "12:04", true until the next minute.
    func minute(_ date: Date) -> TimeText {
        let second = secondsOfDay(date)
        let next = (date.timeIntervalSince1970 / 60).rounded(.down) * 60 + 60
        return TimeText(
            text: "\(two(second / 3600)):\(two(second / 60 % 60))", expiry: Date(timeIntervalSince1970: next))
    }

    /// "12:04:31" for today, "23 Nov" for another day; eight columns at most.
    func compact(_ date: Date, today: Date) -> String {
        day(date) == day(today) ? time(date) : dayAndMonth(date)
    }

    /// "2016-05-08 18:48:06"
    func full(_ date: Date) -> String {
        let civil = self.civil(date)
        return "\(civil.year)-\(two(civil.month))-\(two(civil.day)) \(time(date))"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private func dayAndMonth(_ date: Date) -> String {
        let civil = self.civil(date)
        return "\(civil.day) \(Self.months[civil.month - 1])"
    }

    private func localSeconds(_ date: Date) -> Int {
        let bounded = min(max(date.timeIntervalSince1970, -1e11), 1e11)
        return Int(bounded.rounded(.down)) + zone.secondsFromGMT(for: date)
    }

    private func day(_ date: Date) -> Int {
        let seconds = localSeconds(date)
        return (seconds - secondsOfDay(date)) / 86400
    }

    private func secondsOfDay(_ date: Date) -> Int {
        let remainder = localSeconds(date) % 86400
        return remainder < 0 ? remainder + 86400 : remainder
    }

    private func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The Gregorian date of a count of days since 1970, by years that begin in March.
    private func civil(_ date: Date) -> (year: Int, month: Int, day: Int) {
        let shifted = day(date) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }
}

extension Canvas {
    /// The words of a time that is drawn; the picture holds as long as they do.
    mutating func stamp(_ time: TimeText) -> String {
        expires(at: time.expiry)
        return time.text
    }
}
