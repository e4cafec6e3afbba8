import Foundation
import GRDB

extension Store {
    /// Queues a deployment that undoes drift, unless deployments are paused or another one is queued or running: that one
    /// would be superseded, or brings the apps to their specs itself. A commit that is no longer the last success is not
    /// deployed again: since the drift was found, another one has succeeded.
    func enqueueCorrection(_ request: DeploymentRequest, at date: Date = Date()) async throws -> Deployment? {
        let request = request.redacted(by: redactor)
        let unfinished = Deployment.Stage.allCases.filter { !$0.isFinal }
        let queued = try await write { [queue] database -> DeploymentQueue.Enqueued? in
            let isIdle = try unfinished.allSatisfy {
                try DeploymentRows.all(of: request.branch, in: $0).isEmpty(database)
            }
            let last = try DeploymentRows.all(of: request.branch, in: .succeeded).fetchOne(database)
            guard isIdle, last?.commit == request.commit.id,
                try !BranchState.fetch(of: request.branch, in: database).isPaused
            else { return nil }
            return try queue.enqueue(request, at: date, in: database)
        } publishing: {
            $0?.changes ?? []
        }
        return queued?.deployment
    }
}
