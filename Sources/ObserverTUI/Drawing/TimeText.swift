import Foundation
import ObserverEngine

/// A short text for a time, and when it becomes outdated.
struct TimeText: Equatable {
    let text: String
    /// nil if it never does.
    let expiry: Date?

    /// "now", "2m", "3h", "5d": at most four columns.
    static func age(of date: Date, at now: Date) -> TimeText {
        let seconds = now.timeIntervalSince(date)
        let age = DurationText(coarse: seconds)
        let text = seconds < 60 ? "now" : age.text.count > 4 ? "old" : age.text
        return TimeText(text: text, expiry: date + max(60, age.end))
    }

    /// "40 s", "3m", "2h": rounded up, so it is never 0 before the time has come.
    static func remaining(until date: Date, at now: Date) -> TimeText {
        let seconds = date.timeIntervalSince(now)
        guard seconds > 0 else { return TimeText(text: "now", expiry: nil) }
        let unit = DurationText.coarseUnit(of: seconds.nextDown)
        let count = (seconds / unit).rounded(.up)
        return TimeText(text: DurationText(coarse: count * unit).text, expiry: date - (count - 1) * unit)
    }

    /// "18 s", "2m 4s", "1h 5m": the time that has passed since `start`.
    static func elapsed(since start: Date, at now: Date) -> TimeText {
        let elapsed = DurationText(now.timeIntervalSince(start))
        return TimeText(text: elapsed.text, expiry: start + elapsed.end)
    }

    /// The observer's uptime, in minutes at least, so that it rarely changes.
    static func uptime(since start: Date, at now: Date) -> TimeText {
        let minutes = (max(0, now.timeIntervalSince(start)) / 60).rounded(.down)
        let text = minutes < 60 ? "\(Int(minutes))m" : DurationText(minutes * 60).text
        return TimeText(text: text, expiry: start + (minutes + 1) * 60)
    }
}

/// Formats times and dates in one time zone.
struct WallClock: Equatable, Sendable {
    private let calendar: Calendar

    static let utc = WallClock(zone: .gmt)

    init(zone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// "12:04:31"
    func time(_ date: Date) -> String {
        date.formatted(style.time(includingFractionalSeconds: false))
    }

    /// "12:04"
    func minute(_ date: Date) -> TimeText {
        let next = (date.timeIntervalSince1970 / 60).rounded(.down) * 60 + 60
        return TimeText(text: String(time(date).prefix(5)), expiry: Date(timeIntervalSince1970: next))
    }

    /// "12:04:31" for today, "23 Nov" for another day; eight columns at most.
    func compact(_ date: Date, today: Date) -> String {
        guard !calendar.isDate(date, inSameDayAs: today) else { return time(date) }
        return date.formatted(
            Date.VerbatimFormatStyle(
                format: "\(day: .defaultDigits) \(month: .abbreviated)", locale: Locale(identifier: "en_US"),
                timeZone: calendar.timeZone, calendar: calendar))
    }

    /// "2016-05-08 18:48:06"
    func full(_ date: Date) -> String {
        date.formatted(
            style.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
    }

    private var style: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(timeZone: calendar.timeZone) }
}

extension Canvas {
    /// Returns the text of a time to draw. The frame expires with it.
    mutating func stamp(_ time: TimeText) -> String {
        expires(at: time.expiry)
        return time.text
    }
}
