package import struct Foundation.Date

/// Why a queued deployment does not start yet.
package struct DeploymentWait: Codable, Equatable, Sendable {
    package enum Rule: String, Codable, Sendable, CaseIterable {
        case pause, hold, window, checks, approval
    }

    package var rule: Rule
    /// In words, without a full stop: `outside the deploy window until Mon 09:00 Europe/Berlin`.
    package var sentence: String
    /// When it ends by itself, if that is known.
    package var until: Date?
    /// Since when it has been waiting for its checks, which have a limited time; nil with the other rules.
    package var since: Date?

    package init(_ rule: Rule, _ sentence: String, until: Date? = nil, since: Date? = nil) {
        self.rule = rule
        self.sentence = sentence
        self.until = until
        self.since = since
    }
}

/// An operator's approval of a commit and its plan.
package struct PlanApproval: Codable, Equatable, Sendable {
    /// The changes that were approved, each as a mark that is the same only for the same change of the same app.
    package var changes: [String]
    package var by: String
    package var at: Date

    package init(of changes: [String], by: String, at date: Date) {
        self.changes = changes
        self.by = by
        at = date
    }
}
