package import Foundation

/// When a pause ends, as an operator types it: after a duration (`2h`, `1h30m`, `3d`) or at a time (`18:00`,
/// `2026-12-24T18:00`, with or without an offset such as `+01:00`).
package struct PauseEnd: Equatable, Sendable {
    /// Why a string is not the end of a pause, as a predicate.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    package let date: Date

    /// - Parameter text: A duration such as `2h`.
    package init(after text: String, now: Date) throws(Malformed) {
        if Self.isTooLong(text) { throw Malformed(description: "is too long") }
        guard let seconds = Self.seconds(text), seconds > 0 else {
            throw Malformed(description: "is not a duration, such as 30m, 2h or 1d")
        }
        date = now + seconds
    }

    /// - Parameters:
    ///   - text: A time such as `18:00`, which is the next one, or `2026-12-24T18:00`.
    ///   - zone: For a time without an offset.
    package init(at text: String, now: Date, zone: TimeZone = .current) throws(Malformed) {
        guard let time = Self.clock(text, now: now, zone: zone) ?? Self.local(text, zone: zone) ?? Date(rfc3339: text)
        else { throw Malformed(description: "is not a time, such as 18:00 or 2026-12-24T18:00") }
        guard time > now else { throw Malformed(description: "is in the past") }
        date = time
    }

    /// A duration or a time.
    package init(_ text: String, now: Date, zone: TimeZone = .current) throws(Malformed) {
        if Self.isTooLong(text) { throw Malformed(description: "is too long") }
        if let after = try? PauseEnd(after: text, now: now) {
            self = after
            return
        }
        do {
            self = try PauseEnd(at: text, now: now, zone: zone)
        } catch  where error.description == "is in the past" {
            throw error
        } catch {
            throw Malformed(
                description: "is neither a duration, such as 2h, nor a time, such as 18:00 or 2026-12-24T18:00")
        }
    }

    private static func seconds(_ text: String) -> TimeInterval? {
        let pattern = #/(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?/#
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        let parts = [(match.1, 86_400.0), (match.2, 3600), (match.3, 60), (match.4, 1)]
        return parts.reduce(0) { $0 + ($1.0.flatMap { Double($0) } ?? 0) * $1.1 }
    }

    /// Whether it is a duration with more digits than a pause can have.
    private static func isTooLong(_ text: String) -> Bool {
        seconds(text) == nil && text.wholeMatch(of: #/(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?/#) != nil
    }

    /// The next time that the clock shows it.
    private static func clock(_ text: String, now: Date, zone: TimeZone) -> Date? {
        guard let match = text.wholeMatch(of: #/(\d{1,2}):(\d{2})/#), let hour = Int(match.1),
            let minute = Int(match.2),
            hour < 24, minute < 60
        else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.nextDate(
            after: now, matching: DateComponents(hour: hour, minute: minute, second: 0), matchingPolicy: .nextTime)
    }

    private static func local(_ text: String, zone: TimeZone) -> Date? {
        let pattern = #/(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?/#
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = DateComponents(
            year: Int(match.1), month: Int(match.2), day: Int(match.3), hour: Int(match.4), minute: Int(match.5),
            second: match.6.flatMap { Int($0) } ?? 0)
        guard parts.isValidDate(in: calendar) else { return nil }
        return calendar.date(from: parts)
    }
}
