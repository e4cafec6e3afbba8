package import struct Foundation.Date

/// The pause of all deployments, for people.
package struct PauseSummary: Codable, Equatable, Sendable {
    /// When deployments were paused; a change of the pause keeps it. nil for a pause from before its time was stored.
    package var since: Date?
    /// When it ends by itself; nil if only an operator ends it.
    package var until: Date?
    /// In one or more lines.
    package var reason: String?
    /// The name of the operator who paused deployments; nil if it is not known.
    package var by: String?
    /// When its reason or its end was last changed; nil if that was never done.
    package var changedAt: Date?
    /// The name of the operator who changed it last.
    package var changedBy: String?

    package init(since: Date? = nil, until: Date? = nil, reason: String? = nil, by: String? = nil) {
        self.since = since
        self.until = until
        self.reason = reason
        self.by = by
    }

    /// `deployments are paused by ann: database migration`, with the whole reason.
    package var sentence: String { "deployments are paused\(authors)\(reason.map { ": \($0)" } ?? "")" }

    /// `deployments are paused by ann until 2026-12-24T18:00:00Z: database migration`, where the end is not shown
    /// otherwise. It has the first line of the reason.
    package var sentenceWithEnd: String {
        let end = until?.rfc3339 ?? "'observer resume'"
        return "deployments are paused\(authors) until \(end)\(reason.map { ": \($0.headline)" } ?? "")"
    }

    /// ` by ann (changed by bob)`. The reason is that of the operator who changed it last.
    private var authors: String {
        let change = changedBy.flatMap { $0 == by ? nil : " (changed by \($0))" }
        return (by.map { " by \($0)" } ?? "") + (change ?? "")
    }
}
