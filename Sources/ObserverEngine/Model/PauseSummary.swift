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

    /// `paused by ann: database migration`
    package var words: String {
        "paused" + (by.map { " by \($0)" } ?? "") + (reason.map { ": \($0)" } ?? "")
    }
}
