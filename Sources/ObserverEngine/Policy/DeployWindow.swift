package import Foundation

/// Hours of the week, on the clocks of a time zone: `Mon-Thu 09:00-16:00 Europe/Berlin`.
package struct DeployWindow: Equatable, Sendable, CustomStringConvertible {
    /// Why a string is not a window, as a predicate.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private static let shortest = 15
    private static let minutesOfDay = 24 * 60

    /// Forbids deployments instead of allowing them.
    package let isDenied: Bool
    package let zone: TimeZone
    /// The days on which it begins; 0 is Sunday.
    private let days: Set<Int>
    /// In minutes after midnight.
    private let start: Int
    /// In minutes after midnight; on the next day if it is not later than the start.
    private let end: Int
    package let description: String

    /// Parses `[!]DAYS HH:MM-HH:MM [ZONE]`. DAYS are names (`Mon`), ranges (`Mon-Thu`), lists of them (`Mon-Wed,Fri`) or
    /// `daily`. The default zone is UTC.
    package init(_ text: String) throws(Malformed) {
        isDenied = text.hasPrefix("!")
        let words = text.dropFirst(isDenied ? 1 : 0).split(separator: " ").map(String.init)
        guard words.count == 2 || words.count == 3 else {
            throw Malformed(
                description: "must have days and hours, and may have a time zone, such as "
                    + "'Mon-Thu 09:00-16:00 Europe/Berlin'")
        }
        days = try Self.days(words[0])
        (start, end) = try Self.hours(words[1])
        let name = words.count == 3 ? words[2] : "UTC"
        guard let zone = Self.zone(named: name) else {
            throw Malformed(description: "has the unknown time zone '\(name)'; use a name such as Europe/Berlin or UTC")
        }
        self.zone = zone
        description = (isDenied ? "!" : "") + words.joined(separator: " ")
    }

    /// Whether the moment is within its hours. Hours that the clocks skip are in no window, and those that they repeat are in
    /// it twice.
    package func contains(_ date: Date) -> Bool {
        let local = LocalMinute(date, in: zone)
        let yesterday = (local.weekday + 6) % 7
        if start < end { return days.contains(local.weekday) && (start..<end).contains(local.minute) }
        return days.contains(local.weekday) && local.minute >= start || days.contains(yesterday) && local.minute < end
    }

    /// The moments in the days after a date at which it may begin or end: its hours, and the changes of the clocks.
    func boundaries(after date: Date, days count: Int) -> [Date] {
        let today = LocalMinute(date, in: zone).day
        let hours = (today - 1...today + count).flatMap { day in
            [start, end].flatMap { minute in LocalMinute(day: day, minute: minute).dates(in: zone) }
        }
        var changes: [Date] = []
        while changes.count < count, let next = zone.nextDaylightSavingTimeTransition(after: changes.last ?? date),
            next.timeIntervalSince(date) < Double(count) * 86_400
        {
            changes.append(next)
        }
        return hours + changes
    }

    /// `Mon 09:00 Europe/Berlin`, with the date if it is not within the next six days.
    package func time(_ date: Date, now: Date) -> String {
        let local = LocalMinute(date, in: zone)
        let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        let day = [parts.year, parts.month, parts.day].compactMap(\.self).map(Self.twoDigits).joined(separator: "-")
        let isFar = date.timeIntervalSince(now) > 6 * 86_400
        let clock = "\(Self.twoDigits(local.minute / 60)):\(Self.twoDigits(local.minute % 60))"
        let place = zone.identifier == "GMT" ? "UTC" : zone.identifier
        return [names[local.weekday], isFar ? day : nil, clock, place].compactMap(\.self).joined(separator: " ")
    }

    /// Not an offset: it has no summer time, and its sign is understood in two ways.
    private static func zone(named name: String) -> TimeZone? {
        let upper = name.uppercased()
        if upper == "UTC" || upper == "GMT" { return TimeZone(identifier: "UTC") }
        return upper.wholeMatch(of: #/(?:UTC|GMT)?[+-][0-9:]+/#) == nil ? TimeZone(identifier: name) : nil
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func days(_ text: String) throws(Malformed) -> Set<Int> {
        if text.lowercased() == "daily" { return Set(0..<7) }
        var days: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { day(named: String($0)) }
            guard (1...2).contains(ends.count), let first = ends.first ?? nil, let last = ends.last ?? nil else {
                throw Malformed(
                    description: "has the unknown day '\(part)'; days are Mon, Tue, Wed, Thu, Fri, Sat, Sun and daily")
            }
            days.formUnion((0...(last + 7 - first) % 7).map { (first + $0) % 7 })
        }
        return days
    }

    private static func day(named name: String) -> Int? {
        ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].firstIndex(of: name.lowercased())
    }

    private static func hours(_ text: String) throws(Malformed) -> (Int, Int) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { minute(String($0)) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < minutesOfDay else {
            throw Malformed(description: "has the invalid hours '\(text)'; they must be like 09:00-16:00")
        }
        guard start != end else { throw Malformed(description: "is empty; a whole day is 00:00-24:00") }
        guard (start < end ? end - start : end + minutesOfDay - start) >= shortest else {
            throw Malformed(description: "is shorter than \(shortest) minutes")
        }
        return (start, end)
    }

    /// `24:00` is the end of a day.
    private static func minute(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isWholeNumber) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= minutesOfDay
        else { return nil }
        return hour * 60 + minute
    }
}

/// A minute on the clocks of a time zone.
private struct LocalMinute {
    /// Since 1970-01-01, which was a Thursday.
    let day: Int
    /// After midnight.
    let minute: Int

    init(day: Int, minute: Int) {
        (self.day, self.minute) = (day, minute)
    }

    init(_ date: Date, in zone: TimeZone) {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date)
        day = Int((Double(seconds) / 86_400).rounded(.down))
        minute = (seconds - day * 86_400) / 60
    }

    /// 0 is Sunday.
    var weekday: Int { ((day + 4) % 7 + 7) % 7 }

    /// The moments at which the clocks show it, and perhaps others: none, one or two, with the offsets of the days around it.
    func dates(in zone: TimeZone) -> [Date] {
        let asUTC = Date(timeIntervalSince1970: Double(day * 86_400 + minute * 60))
        let offsets = Set([-86_400.0, 86_400].map { zone.secondsFromGMT(for: asUTC + $0) })
        return offsets.map { asUTC - Double($0) }
    }
}
