package import Foundation
import GRDB

/// Going back to an earlier commit.
extension Store {
    /// A deployment has come since the operator looked.
    package struct Moved: Error {
        package let newest: Deployment
    }

    /// Queues the deployment of an earlier commit and holds the branch there until the next push, in one transaction.
    /// - Parameter seenNewest: The newest deployment that the operator saw; nil where it does not matter.
    /// - Throws: `Moved`
    package func rollBack(
        _ request: DeploymentRequest, seenNewest: Int64?, at date: Date = Date()
    ) async throws -> Deployment {
        let (queued, state) = try await write { database in
            let newest = try DeploymentQueue.all(of: request.branch)
                .order(Column("id").desc)
                .fetchOne(database)
            if let seenNewest, let newest, newest.id != seenNewest { throw Moved(newest: newest) }
            var state = try BranchState.fetch(of: request.branch, in: database)
            state.heldAt = request.commit.id
            try state.save(of: request.branch, in: database)
            return (try DeploymentQueue.enqueue(request, at: date, in: database), state)
        }
        feed.post(
            [.branch(state), .deployment(queued.deployment)] + queued.superseded.map { EngineChange.deployment($0) })
        return queued.deployment
    }
}
