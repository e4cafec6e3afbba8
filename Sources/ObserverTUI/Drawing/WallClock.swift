import Foundation

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
