import Foundation

/// What `-notify` tells of a deployment. A receiver of Slack's kind shows its `text`.
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

    /// nil where the end of the deployment is nothing that anybody waits to hear.
    /// - Parameters:
    ///   - before: The deployment before it that went to its end.
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
            case .rolledBack: "went back"
            }
        let title = ended.request.commit.message.map { ", \"\($0.prefix { $0 != "\n" })\"" } ?? ""
        repository = ended.request.branch.repository.description
        branch = ended.request.branch.name
        commit = ended.commit.description
        deployment = ended.id
        self.outcome = outcome
        text = "\(repository) \(branch): the deployment of \(ended.commit.short)\(title) \(verb). \(outcome)"
    }
}
