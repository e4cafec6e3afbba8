import Foundation
import ObserverEngine

/// A short text for a time, and when it becomes outdated.
struct TimeText: Equatable {
    let text: String
    /// nil if it never does.
    let expiry: Date?

    /// "4s", "3m", "3h", "5d": at most five columns, in one unit, rounded down, as the commands print ages.
    ///
    /// Seconds next to minutes would change every row each second, or, in steps of ten, look more exact than they are.
    /// Whatever still runs has an exact duration next to it, and a key shows times instead of ages.
    static func age(of date: Date, at now: Date) -> TimeText {
        let age = DurationText(coarse: now.timeIntervalSince(date))
        let text = age.text.replacing(" s", with: "s")
        return TimeText(text: text.count > 5 ? "old" : text, expiry: date + age.end)
    }

    /// "0.2s", "18s", "2m 4s": the duration of something that has ended.
    static func took(_ seconds: Double) -> String {
        let seconds = max(0, seconds)
        guard seconds < 9.95 else { return DurationText(seconds.rounded()).text.replacing(" s", with: "s") }
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)s"
    }

    /// "3s", "2m 4s": a duration that is expected, without a precision that it does not have.
    static func expected(_ seconds: Double) -> String {
        DurationText(seconds.rounded(.up)).text.replacing(" s", with: "s")
    }

    /// "40 s", "3m", "2h": rounded up, so it is never 0 before the time has come.
    static func remaining(until date: Date, at now: Date) -> TimeText {
        let seconds = date.timeIntervalSince(now)
        guard seconds > 0 else { return TimeText(text: "now", expiry: nil) }
        let unit = DurationText.coarseUnit(of: seconds.nextDown)
        let count = (seconds / unit).rounded(.up)
        return TimeText(text: DurationText(coarse: count * unit).text, expiry: date - (count - 1) * unit)
    }

    /// "18s", "2m 4s", "1h 5m": the time that has passed since `start`.
    static func elapsed(since start: Date, at now: Date) -> TimeText {
        let elapsed = DurationText(now.timeIntervalSince(start))
        return TimeText(text: elapsed.text.replacing(" s", with: "s"), expiry: start + elapsed.end)
    }

    /// "9m 42s": the time until `end`, in two units, rounded up.
    static func countdown(to end: Date, at now: Date) -> TimeText {
        let left = max(0, end.timeIntervalSince(now))
        let unit: Double = left <= 3600 ? 1 : left <= 86400 ? 60 : 3600
        let seconds = (left / unit).rounded(.up) * unit
        return TimeText(
            text: DurationText(seconds).text.replacing(" s", with: "s"),
            expiry: seconds > 0 ? end - (seconds - unit) : nil)
    }

    /// The observer's uptime, in minutes at least, so that it rarely changes.
    static func uptime(since start: Date, at now: Date) -> TimeText {
        let minutes = (max(0, now.timeIntervalSince(start)) / 60).rounded(.down)
        let text = minutes < 1 ? "<1m" : minutes < 60 ? "\(Int(minutes))m" : DurationText(minutes * 60).text
        return TimeText(text: text, expiry: start + (minutes + 1) * 60)
    }
}

/// Formats times and dates in one time zone. UTC is marked with a Z.
struct WallClock: Equatable, Sendable {
    private let calendar: Calendar
    private let isUTC: Bool

    var zone: TimeZone { calendar.timeZone }

    static let utc = WallClock(zone: .gmt, isUTC: true)

    /// Local times.
    init(zone: TimeZone) {
        self.init(zone: zone, isUTC: false)
    }

    private init(zone: TimeZone, isUTC: Bool) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
        self.isUTC = isUTC
    }

    private var mark: String { isUTC ? "Z" : "" }

    /// "12:04:31"
    func time(_ date: Date) -> String { plainTime(date) + mark }

    /// "12:04"
    func minute(_ date: Date) -> TimeText {
        let next = (date.timeIntervalSince1970 / 60).rounded(.down) * 60 + 60
        return TimeText(text: String(plainTime(date).prefix(5)) + mark, expiry: Date(timeIntervalSince1970: next))
    }

    /// "12:04:31" for today, "23 Nov 12:04" for another day of this year, "23 Nov 2025" for earlier ones.
    func compact(_ date: Date, today: Date) -> String {
        if calendar.isDate(date, inSameDayAs: today) { return time(date) }
        return isSameYear(date, today) ? "\(day(date)) \(minute(date).text)" : "\(day(date)) \(year(date))"
    }

    /// "12:04" for today, else a day: for a place where times and dates are read as one word.
    func short(_ date: Date, today: Date) -> String {
        if calendar.isDate(date, inSameDayAs: today) { return minute(date).text }
        return isSameYear(date, today) ? day(date) : "\(day(date)) \(year(date))"
    }

    /// The columns of a compact time.
    var compactColumns: Int { isUTC ? 13 : 12 }

    /// "2016-05-08 18:48:06"
    func full(_ date: Date) -> String {
        date.formatted(
            style.year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)) + mark
    }

    private func plainTime(_ date: Date) -> String {
        date.formatted(style.time(includingFractionalSeconds: false))
    }

    /// "23 Nov"
    private func day(_ date: Date) -> String {
        date.formatted(
            Date.VerbatimFormatStyle(
                format: "\(day: .defaultDigits) \(month: .abbreviated)", locale: Locale(identifier: "en_US"),
                timeZone: calendar.timeZone, calendar: calendar))
    }

    private func isSameYear(_ date: Date, _ other: Date) -> Bool {
        calendar.isDate(date, equalTo: other, toGranularity: .year)
    }

    private func year(_ date: Date) -> Int { calendar.component(.year, from: date) }

    private var style: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(timeZone: calendar.timeZone) }
}

extension Canvas {
    /// Returns the text of a time to draw. The frame expires with it.
    mutating func stamp(_ time: TimeText) -> String {
        expires(at: time.expiry)
        return time.text
    }
}
