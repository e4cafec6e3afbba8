import GRDB

/// A durable delivery and the deployment that it queued.
package struct RecordedDelivery: Sendable {
    /// With its id; a duplicate has the id of the delivery that was stored first.
    package let delivery: Delivery
    /// The deployment that was queued for it.
    package let deployment: Deployment?
    let changes: [EngineChange]

    static func record(_ delivery: Delivery, in database: Database) throws -> RecordedDelivery {
        let key = delivery.key
        let known = Delivery.filter(Column("hook_id") == key.hookID && Column("guid") == key.guid)
        if var original = try known.fetchOne(database) {
            original.verdict = .duplicate
            original.reason = "already received at \(original.receivedAt.rfc3339)"
            return RecordedDelivery(delivery: original, deployment: nil, changes: [])
        }
        var stored = delivery
        try stored.insert(database)
        stored.id = database.lastInsertedRowID
        guard stored.verdict == .accepted, let push = stored.push, let commit = push.commit, let name = push.branch
        else {
            return RecordedDelivery(delivery: stored, deployment: nil, changes: [.delivery(stored)])
        }
        let watched = WatchedBranch(repository: stored.repository, name: name)
        if var found = try DeploymentQueue.foundBeforeDelivery(
            commit, of: watched, in: database)
        {
            found.request.delivery = stored.id
            try found.update(database, columns: ["delivery"])
            stored.deployment = found.id
            try stored.update(database)
            return RecordedDelivery(
                delivery: stored, deployment: found, changes: [.delivery(stored), .deployment(found)])
        }
        let request = DeploymentRequest(
            branch: watched, commit: commit, trigger: .delivery, delivery: stored.id)
        let queued = try DeploymentQueue.enqueue(request, at: stored.receivedAt, in: database)
        let lifted = try BranchState.liftHold(
            of: watched, at: stored.receivedAt, evenIfUnknown: true, in: database)
        stored.deployment = queued.deployment.id
        try stored.update(database)
        return RecordedDelivery(
            delivery: stored, deployment: queued.deployment,
            changes: [.delivery(stored), .deployment(queued.deployment)] + queued.superseded.map { .deployment($0) }
                + lifted)
    }
}

extension Store {
    /// Stores a missed delivery that GitHub still has, unless it has arrived meanwhile. Queues nothing.
    package func recordRecovered(_ delivery: Delivery) async throws {
        let delivery = delivery.redacted(by: redactor)
        _ = try await write { database -> Delivery? in
            let known = Delivery.filter(
                Column("hook_id") == delivery.key.hookID && Column("guid") == delivery.key.guid)
            guard try known.isEmpty(database) else { return nil }
            var stored = delivery
            try stored.insert(database)
            stored.id = database.lastInsertedRowID
            return stored
        } publishing: { stored in
            stored.map { [.delivery($0)] } ?? []
        }
    }
}
