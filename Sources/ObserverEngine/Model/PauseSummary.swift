package import struct Foundation.Date

/// The pause of all deployments, for people.
package struct PauseSummary: Codable, Equatable, Sendable {
    /// nil for a pause from before its time was stored.
    package var since: Date?
    /// When it ends by itself; nil if only an operator ends it.
    package var until: Date?
    package var reason: String?
    /// The name of the operator; nil if it is not known.
    package var by: String?

    package init(since: Date? = nil, until: Date? = nil, reason: String? = nil, by: String? = nil) {
        self.since = since
        self.until = until
        self.reason = reason
        self.by = by
    }

    /// `deployments are paused by ann: database migration`
    package var sentence: String { "deployments are \(words)" }

    /// `deployments are paused by ann until 2026-12-24T18:00:00Z: database migration`, where the end is not shown
    /// otherwise.
    package var sentenceWithEnd: String {
        "deployments are \(words(end: " until \(until?.rfc3339 ?? "'observer resume'")"))"
    }

    /// `paused by ann: database migration`
    package var words: String { words(end: nil) }

    private func words(end: String?) -> String {
        "paused" + (by.map { " by \($0)" } ?? "") + (end ?? "") + (reason.map { ": \($0)" } ?? "")
    }
}
