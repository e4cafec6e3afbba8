import Foundation
import ObserverEngine

/// From where to where a rollback goes.
struct RollbackChoice {
    /// The newest deployment of all: the revision of what the person was shown.
    let seen: DeploymentSummary?
    /// The one that runs.
    let running: DeploymentSummary?
    let target: DeploymentSummary

    /// - Parameters:
    ///   - newest: The deployments, newest first.
    ///   - wanted: The one that the person named.
    /// - Throws: `Impossible`
    init(newest: [DeploymentSummary], wanted: DeploymentSummary?) throws {
        seen = newest.first
        running = newest.first { $0.stage == .succeeded }
        if let wanted {
            guard wanted.stage == .succeeded else {
                throw Impossible(
                    "Deployment \(wanted.id) is \(wanted.stage.rawValue); only to one that succeeded can we go back.")
            }
            target = wanted
        } else {
            let runningCommit = running?.commit
            guard let earlier = newest.first(where: { $0.stage == .succeeded && $0.commit != runningCommit }) else {
                throw Impossible("There is no earlier deployment of another commit that succeeded.")
            }
            target = earlier
        }
    }

    func question(now: Date) -> String {
        let from = running.map { "from \($0.commit.prefix(7)) (deployment \($0.id)) " } ?? ""
        let what = [target.message, target.finishedAt.map { Age(of: $0, at: now).text }].compactMap(\.self)
        return "Go back \(from)to \(target.commit.prefix(7)) (deployment \(target.id)"
            + what.map { ", \($0)" }.joined() + ")? The branch is held there until the next push."
    }
}
