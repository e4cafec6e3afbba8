import GRDB

/// A durable delivery and the deployment that it queued.
package struct RecordedDelivery: Sendable {
    /// With its id, without headers and body; a duplicate has the id of the delivery that was stored first.
    package let delivery: Delivery
    /// The deployment that was queued for it.
    package let deployment: Deployment?
    let changes: [EngineChange]

    static func record(_ row: DeliveryRow, in database: Database) throws -> RecordedDelivery {
        let delivery = row.delivery
        if var original = try Delivery.stored(under: delivery.key, in: database) {
            original.verdict = .duplicate
            original.reason = "already received at \(original.receivedAt.rfc3339)"
            return RecordedDelivery(delivery: original, deployment: nil, changes: [])
        }
        guard delivery.verdict == .accepted, let push = delivery.push, let commit = push.commit, let name = push.branch
        else {
            let stored = try row.insert(in: database)
            return RecordedDelivery(delivery: stored, deployment: nil, changes: [.delivery(stored)])
        }
        let watched = WatchedBranch(repository: delivery.repository, name: name)
        if let found = try DeploymentQueue.foundBeforeDelivery(commit, of: watched, in: database) {
            return try record(row, of: found, changes: { [.deployment($0)] }, in: database)
        }
        let request = DeploymentRequest(branch: watched, commit: commit, trigger: .delivery)
        let queued = try DeploymentQueue.enqueue(request, at: delivery.receivedAt, in: database)
        let lifted = try BranchState.liftHold(
            of: watched, at: delivery.receivedAt, evenIfUnknown: true, in: database)
        return try record(
            row, of: queued.deployment,
            changes: { [.deployment($0)] + queued.superseded.map { .deployment($0) } + lifted }, in: database)
    }

    /// Stores the delivery of a deployment that is already stored, so that the large row is written only once.
    private static func record(
        _ row: DeliveryRow, of deployment: Deployment, changes: (Deployment) -> [EngineChange], in database: Database
    ) throws -> RecordedDelivery {
        let stored = try row.insert(deployment: deployment.id, in: database)
        var deployment = deployment
        deployment.request.delivery = stored.id
        try deployment.update(database, columns: ["delivery"])
        return RecordedDelivery(
            delivery: stored, deployment: deployment, changes: [.delivery(stored)] + changes(deployment))
    }
}

extension Store {
    /// Stores a missed delivery that GitHub still has, unless it has arrived meanwhile. Queues nothing.
    package func recordRecovered(_ delivery: Delivery) async throws {
        let row = DeliveryRow(delivery, redactor: redactor)
        _ = try await write { database -> Delivery? in
            try Delivery.isStored(row.delivery.key, in: database) ? nil : try row.insert(in: database)
        } publishing: { stored in
            stored.map { [.delivery($0)] } ?? []
        }
    }
}
