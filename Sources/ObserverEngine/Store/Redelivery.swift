import Foundation
import GRDB

/// A delivery that arrives again: the observer or an operator had GitHub redeliver it, or someone replayed it.
extension RecordedDelivery {
    /// Deploys the commit again if it failed and still is the head; otherwise it is a duplicate, whose reason names the result.
    static func redelivered(
        _ original: Delivery, at date: Date, to queue: DeploymentQueue, in database: Database
    ) throws -> RecordedDelivery {
        var duplicate = original
        guard original.verdict == .accepted, let commit = original.push?.commit, let watched = original.watchedBranch
        else { return .duplicate(original, "") }
        let state = try BranchState.fetch(of: watched, in: database)
        let newest = try DeploymentRows.lasting(of: watched).fetchOne(database)
        var deployment = try original.deployment.flatMap { try Deployment.fetchOne(database, key: $0) }
        // The end of a hold may have deployed a commit that it had interrupted.
        if deployment?.stage == .interrupted {
            deployment = try DeploymentRows.all(of: watched, at: commit.id).fetchOne(database)
        }
        let fate = RedeliveryFate(commit: commit.id, deployment: deployment, newest: newest, state: state)
        guard case .triedAgain(let failed) = fate else {
            return .duplicate(original, fate.sentence(of: commit.id))
        }
        let request = DeploymentRequest(branch: watched, commit: commit, trigger: .delivery, delivery: original.id)
        let queued = try queue.enqueue(request, at: date, in: database)
        duplicate.deployment = queued.deployment.id
        duplicate.reason = "redelivered: deployment \(failed) did not succeed and is retried"
        try duplicate.storeReason(in: database)
        return RecordedDelivery(
            delivery: duplicate, deployment: queued.deployment, changes: [.delivery(duplicate)] + queued.changes)
    }

    private static func duplicate(_ original: Delivery, _ fate: String) -> RecordedDelivery {
        var duplicate = original
        duplicate.verdict = .duplicate
        duplicate.reason = "already received at \(original.receivedAt.rfc3339)\(fate)"
        return RecordedDelivery(delivery: duplicate, deployment: nil, changes: [])
    }
}

/// The result of a delivery that arrives again.
enum RedeliveryFate: Equatable {
    /// This deployment failed, and its commit still is the head.
    case triedAgain(failed: Int64)
    case inProgress(Int64)
    case succeeded(Int64)
    case superseded(Int64)
    /// It failed, but the branch has moved on.
    case outdated(Int64)
    case held(Int64, HoldSummary)
    /// It led to no deployment, or its row was pruned.
    case unknown

    /// - Parameters:
    ///   - deployment: The newest one that the delivery led to.
    ///   - newest: The branch's newest one that was neither superseded nor interrupted.
    init(commit: CommitID, deployment: Deployment?, newest: Deployment?, state: BranchState) {
        guard let deployment else {
            self = .unknown
            return
        }
        let isHead = newest?.commit == commit && state.head.map { $0 == commit } ?? true
        self =
            switch deployment.stage {
            case .failed where state.hold != nil, .cancelled where state.hold != nil,
                .interrupted where state.hold != nil:
                state.hold.map { .held(deployment.id, $0) } ?? .unknown
            case .failed where isHead, .cancelled where isHead: .triedAgain(failed: deployment.id)
            case .queued where deployment.notBefore != nil && isHead: .triedAgain(failed: deployment.id)
            // An interrupted one whose commit is queued again has passed its delivery on.
            case .failed, .cancelled, .interrupted: .outdated(deployment.id)
            case .succeeded: .succeeded(deployment.id)
            case .superseded: .superseded(deployment.id)
            case .queued, .fetching, .validating, .applying, .waiting: .inProgress(deployment.id)
            }
    }

    /// The result of the first delivery, and how to deploy its commit again.
    func sentence(of commit: CommitID) -> String {
        let again = "to deploy it again, run 'observer deploy \(commit.short)'"
        return switch self {
        case .triedAgain(let id): "; deployment \(id) did not succeed"
        case .inProgress(let id): "; deployment \(id) is in progress"
        case .succeeded(let id): "; deployment \(id) succeeded; \(again)"
        case .superseded(let id): "; deployment \(id) was superseded; \(again)"
        case .outdated(let id): "; deployment \(id) did not succeed, and the branch has moved on; \(again)"
        case .held(let id, let hold):
            "; deployment \(id) did not succeed, and the branch is on hold at \(hold.summary); "
                + "run 'observer resume' or 'observer deploy'"
        case .unknown: "; \(again)"
        }
    }
}
