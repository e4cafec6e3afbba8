package import Foundation
import GRDB

/// What becomes of a deployment that has been taken up, to its end.
extension Store {
    /// The deployment has ended already, by somebody else, and stays as it is.
    package struct Ended: Error {
        package let deployment: Deployment
    }

    /// Makes a change of a deployment durable.
    /// - Throws: `Ended`; `Failed`, also where the deployment is not there any more, as in a database that was begun anew.
    package func save(_ deployment: Deployment) async throws {
        let saved = try await write { try deployment.update(in: $0) }
        feed.post([.deployment(saved)])
    }

    /// Closes a deployment that is cut short by our end, and queues its commit again, unless a newer one waits. One that
    /// has ended meanwhile is left as it is, and one that is being taken back for the next start to close and tell.
    package func interrupt(
        _ deployment: Deployment, outcome: String = Deployment.interruptedOutcome, at date: Date = Date()
    ) async throws {
        guard !deployment.stage.isFinal, !deployment.isGivenUp else { return }
        do {
            let (closed, queued) = try await write { database in
                let closed = try Self.close(deployment, outcome: outcome, at: date, in: database)
                return (closed, try Self.requeue(closed, at: date, in: database))
            }
            feed.post([closed, queued].compactMap(\.self).map { .deployment($0) })
        } catch is Ended {
            // Somebody else was faster.
        }
    }

    /// Closes what a crash left unfinished, and queues the newest commit of it again, unless a newer one waits or it
    /// has failed and was being taken back.
    /// - Returns: What was closed.
    package func closeInterrupted(
        of branch: WatchedBranch, at date: Date = Date()
    ) async throws -> [Deployment] {
        let settled = Deployment.Stage.allCases.filter { $0.isFinal || $0 == .queued }.map(\.rawValue)
        let (closed, queued) = try await write { database in
            let closed = try DeploymentQueue.all(of: branch)
                .filter(!settled.contains(Column("stage")))
                .order(Column("id"))
                .fetchAll(database)
                .map { try Self.close($0, at: date, in: database) }
            return (closed, try closed.last.flatMap { try Self.requeue($0, at: date, in: database) })
        }
        feed.post((closed + [queued].compactMap(\.self)).map { .deployment($0) })
        return closed
    }

    private static func close(
        _ deployment: Deployment, outcome: String = Deployment.interruptedOutcome, at date: Date, in database: Database
    ) throws -> Deployment {
        var closed = deployment
        closed.interrupt(outcome: outcome, at: date)
        return try closed.update(in: database)
    }

    private static func requeue(_ deployment: Deployment, at date: Date, in database: Database) throws -> Deployment? {
        var request = deployment.request
        guard deployment.isInterrupted,
            try DeploymentQueue.waiting(of: request.branch).isEmpty(database)
        else { return nil }
        // What an operator chose stands, whatever the branch points at.
        if !Deployment.Trigger.operatorsChoices.contains(request.trigger) { request.trigger = .restart }
        return try DeploymentQueue.enqueue(request, at: date, in: database).deployment
    }
}

extension Deployment {
    /// Stores what has become of it; the delivery that was found to belong to it meanwhile stays.
    /// - Throws: `Store.Ended`
    func update(in database: Database) throws -> Deployment {
        guard let stored = try Deployment.fetchOne(database, key: id), stored.isSame(as: self) else {
            throw DatabaseError(message: "there is no deployment \(id) of \(commit.short)")
        }
        guard !stored.stage.isFinal else { throw Store.Ended(deployment: stored) }
        var updated = self
        updated.request.delivery = stored.request.delivery
        try updated.update(database)
        return updated
    }

    /// Whether it is the same one: ids begin anew in a new database.
    private func isSame(as other: Deployment) -> Bool {
        // A date loses its last digits on the way to the disk.
        commit == other.commit && abs(queuedAt.timeIntervalSince(other.queuedAt)) < 0.001
    }
}
