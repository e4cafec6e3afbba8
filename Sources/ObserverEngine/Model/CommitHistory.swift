package import struct Foundation.Date

/// The pushes and deployments of a commit, and why it runs or does not.
package struct CommitHistory: Codable, Sendable, Equatable {
    /// The present state of the commit.
    package enum State: String, Codable, Sendable, CaseIterable {
        case running
        /// Its deployment succeeded last, and the target does not report what runs.
        case deployed
        case deploying
        case waiting
        case failed
        case cancelled
        case superseded
        /// It ran until a later deployment.
        case replaced
        /// The rules on pushes skip it: nothing has to be deployed.
        case skipped
        /// An operator's hold keeps it from being deployed.
        case held
        /// Something else keeps it from being deployed.
        case blocked
        /// It is not known to this observer.
        case unknown
    }

    package var id: String
    package var message: String?
    package var author: String?
    package var state: State
    /// A sentence: why it runs or does not, and what to do.
    package var answer: String
    /// The commit that should run instead of a skipped one.
    package var wanted: String?
    /// Its pushes, oldest first.
    package var deliveries: [DeliverySummary]
    /// Its deployments, oldest first.
    package var deployments: [DeploymentSummary]
    /// Since when it has been running.
    package var since: Date?

    /// - Parameter rest: Sets the remaining fields.
    package init(id: String, state: State, answer: String, _ rest: (inout CommitHistory) -> Void = { _ in }) {
        self.id = id
        self.state = state
        self.answer = answer
        deliveries = []
        deployments = []
        rest(&self)
    }
}
