import Foundation

/// The JSON that `-notify` posts when a deployment ends. Slack-like receivers show its `text`.
package struct Notification: Encodable, Equatable, Sendable {
    package enum Event: String, Encodable, Sendable {
        case failed
        /// One succeeded after one that failed.
        case recovered
        case rolledBack = "rolled_back"
    }

    package let event: Event
    package let text: String
    package let repository: String
    package let branch: String
    package let commit: String
    package let deployment: Int64
    package let outcome: String

    /// nil where the end of the deployment needs no notification.
    /// - Parameter before: The deployment before it that was neither superseded, interrupted nor cancelled.
    package init?(_ ended: Deployment, before: Deployment?) {
        let outcome = ended.outcome ?? ""
        switch ended.stage {
        case .failed where ended.isInterrupted || outcome == Deployment.cancelledOutcome: return nil
        case .failed: event = .failed
        case .succeeded where ended.request.trigger == .rollback: event = .rolledBack
        case .succeeded where before?.stage == .failed: event = .recovered
        default: return nil
        }
        let verb =
            switch event {
            case .failed: "failed"
            case .recovered: "succeeded again"
            case .rolledBack: "succeeded (rollback)"
            }
        let title = ended.request.commit.message.map { " (\"\($0.prefix { $0 != "\n" })\")" } ?? ""
        repository = ended.request.branch.repository.description
        branch = ended.request.branch.name
        commit = ended.commit.description
        deployment = ended.id
        self.outcome = outcome
        text = "\(repository) \(branch): deployment of \(ended.commit.short)\(title) \(verb). \(outcome)"
    }
}
