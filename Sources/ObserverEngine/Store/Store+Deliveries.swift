import Foundation
import GRDB

/// A durable delivery and the deployment that it queued.
package struct RecordedDelivery: Sendable {
    /// With its ID, without headers and body; a duplicate has the ID of the delivery that was stored first.
    package let delivery: Delivery
    /// The deployment that was queued for it.
    package let deployment: Deployment?
    let changes: [EngineChange]

    static func record(
        _ row: DeliveryRow, to queue: DeploymentQueue, in database: Database
    ) throws -> RecordedDelivery {
        let delivery = row.delivery
        if let original = try Delivery.stored(under: delivery.key, in: database) {
            return try redelivered(original, at: delivery.receivedAt, to: queue, in: database)
        }
        let row = try row.judged(in: database)
        guard row.delivery.verdict == .accepted, let push = delivery.push, let commit = push.commit,
            let watched = delivery.watchedBranch
        else {
            let stored = try row.insert(in: database)
            return RecordedDelivery(delivery: stored, deployment: nil, changes: [.delivery(stored)])
        }
        var state = try BranchState.fetch(of: watched, in: database)
        // A late delivery of an older push does not follow the head.
        let followsHead =
            if let previous = commit.previous, let head = state.head {
                try previous == head || SkippedHeads.wanted(at: previous, of: watched, in: database) == head
            } else {
                false
            }
        if let known = try recordAgain(row, of: commit, on: watched, to: queue, in: database) { return known }
        if followsHead {
            state.head = commit.id
            try state.save(of: watched, in: database)
        }
        let isHeld = state.heldCommit != nil
        if let found = try DeploymentQueue.foundBeforeDelivery(commit, of: watched, isHeld: isHeld, in: database) {
            return try record(row, of: found, changes: { [.linked($0)] }, in: database)
        }
        let pushedAt = push.pushed(before: delivery.receivedAt)
        // Where the head is not known, any push may be a new one.
        let isOld = !followsHead && state.head != nil
        if let hold = state.restoredHold(since: pushedAt) ?? (isOld ? state.hold(since: pushedAt) : nil) {
            var old = try row.insert(in: database)
            old.reason = "pushed before the branch was put on hold at \(hold.short)"
            try old.storeReason(in: database)
            // The clocks may differ: GitHub may report it as the head after all.
            return RecordedDelivery(delivery: old, deployment: nil, changes: [.delivery(old), .branch(watched, state)])
        }
        let request = DeploymentRequest(branch: watched, commit: commit, trigger: .delivery)
        let queued = try queue.enqueue(request, at: delivery.receivedAt, in: database)
        let lifted = try state.liftHold(of: watched, at: pushedAt, in: database)
        return try record(
            row, of: queued.deployment,
            changes: { [.deployment($0)] + queued.others.map { .deployment($0) } + lifted }, in: database)
    }

    /// Records a push that was delivered before under another ID, so that it is deployed once. A delivery by another webhook
    /// is stored. One by the same webhook is a copy by someone who has read the first: the signature does not cover the ID.
    /// - Returns: nil if it is another push.
    private static func recordAgain(
        _ row: DeliveryRow, of commit: CommitInfo, on branch: WatchedBranch, to queue: DeploymentQueue,
        in database: Database
    ) throws -> RecordedDelivery? {
        let earlier = try earlier(row.delivery, of: commit, on: branch, in: database)
        guard let (first, deployment) = earlier else { return nil }
        guard first.key.hookID != row.delivery.key.hookID else {
            return try redelivered(first, at: row.delivery.receivedAt, to: queue, in: database)
        }
        var twin = try row.insert(deployment: deployment.id, in: database)
        twin.deployment = deployment.id
        twin.reason = "webhook \(first.key.hookID) has delivered the same push"
        try twin.storeReason(in: database)
        return RecordedDelivery(delivery: twin, deployment: deployment, changes: [.delivery(twin)])
    }

    /// An earlier delivery of the same push, which caused a deployment.
    fileprivate static func earlier(
        _ delivery: Delivery, of commit: CommitInfo, on branch: WatchedBranch, in database: Database
    ) throws -> (first: Delivery, deployment: Deployment)? {
        let known = try DeploymentRows.all(of: branch, at: commit.id).followingBranch.fetchAll(database, limit: 10)
        for deployment in known {
            guard let first = try deployment.request.delivery.flatMap({ try Delivery.summary($0, in: database) }),
                first.push?.commit?.previous == commit.previous
            else { continue }
            guard let before = first.push?.pushedAt, let now = delivery.push?.pushedAt else {
                // Since then the branch may have returned to the commit before, and to this one with a second push.
                let isNewest = try DeploymentQueue.pushes(of: branch).filter("id > ?", deployment.id).isEmpty(database)
                guard first.key.hookID != delivery.key.hookID, isNewest else { return nil }
                return (first, deployment)
            }
            if before == now { return (first, deployment) }
        }
        return nil
    }

    /// Stores the delivery of a deployment that is already stored, so that the large row is written only once.
    fileprivate static func record(
        _ row: DeliveryRow, of deployment: Deployment, changes: (Deployment) -> [EngineChange], in database: Database
    ) throws -> RecordedDelivery {
        let stored = try row.insert(deployment: deployment.id, in: database)
        var deployment = deployment
        deployment.request.delivery = stored.id
        try deployment.storeDelivery(in: database)
        return RecordedDelivery(
            delivery: stored, deployment: deployment, changes: [.delivery(stored)] + changes(deployment))
    }
}

extension Store {
    /// Stores a missed delivery that GitHub still has, unless it has arrived meanwhile. Queues nothing; a deployment of its
    /// commit that was found before belongs to it.
    package func recordRecovered(_ delivery: Delivery) async throws {
        let row = DeliveryRow(delivery, redactor: redactor, compressor: compressor)
        _ = try await write { database -> [EngineChange] in
            guard try !Delivery.isStored(row.delivery.key, in: database) else { return [] }
            let row = try row.judged(in: database)
            guard row.delivery.verdict == .accepted, let commit = row.delivery.push?.commit,
                let watched = row.delivery.watchedBranch
            else { return [.delivery(try row.insert(in: database))] }
            if let known = try RecordedDelivery.earlier(row.delivery, of: commit, on: watched, in: database) {
                return [.delivery(try row.insert(deployment: known.deployment.id, in: database))]
            }
            guard
                let found = try DeploymentQueue.foundBeforeDelivery(
                    commit, of: watched, isHeld: BranchState.fetch(of: watched, in: database).heldCommit != nil,
                    in: database) ?? DeploymentQueue.chosen(commit.id, of: watched, in: database)
            else { return [.delivery(try row.insert(in: database))] }
            return try RecordedDelivery.record(row, of: found, changes: { [.linked($0)] }, in: database).changes
        } publishing: {
            $0
        }
    }
}

extension Store {
    /// Notes on recovered pushes without a deployment that a newer push was deployed instead.
    package func noteOvertakenDeliveries(of branch: WatchedBranch) async throws {
        _ = try await write {
            try Delivery.noteOvertaken(of: branch, in: $0)
        } publishing: { changed in
            changed.map { .delivery($0) }
        }
    }
}

extension DeliveryRow {
    /// The row of a push that the rules skip, which is remembered; or the accepted push, where something would never be
    /// deployed otherwise.
    fileprivate func judged(in database: Database) throws -> DeliveryRow {
        guard let skip = delivery.skip, let commit = delivery.push?.commit, let watched = delivery.watchedBranch else {
            return self
        }
        guard try SkippedHeads.mayBeSkipped(commit, because: skip, of: watched, in: database) else { return accepted }
        try SkippedHeads.insert(commit, because: skip, of: watched, at: delivery.receivedAt, in: database)
        return self
    }
}

extension Delivery {
    /// The branch that it was pushed to.
    var watchedBranch: WatchedBranch? { branch.map { WatchedBranch(repository: repository, name: $0) } }

    /// Links a stored delivery to the newest deployment that it caused.
    /// - Returns: The delivery without headers and body.
    static func link(_ id: Int64, to deployment: Int64, in database: Database) throws -> Delivery? {
        guard var linked = try summary(id, in: database) else { return nil }
        try linked.note(deployment: deployment, in: database)
        linked.deployment = deployment
        return linked
    }

    /// Notes on recovered pushes without a deployment that a newer push was deployed instead.
    /// - Returns: The changed deliveries.
    static func noteOvertaken(of branch: WatchedBranch, in database: Database) throws -> [Delivery] {
        let recent = try summaries(before: .max, verdict: .accepted, limit: 100, in: database)
            .filter { $0.watchedBranch == branch }
        let newest = recent.filter { $0.deployment != nil }.max { ($0.receivedAt, $0.id) < ($1.receivedAt, $1.id) }
        guard let newest, let deployment = newest.deployment, let commit = newest.commit else { return [] }
        return
            try recent
            .filter { $0.deployment == nil && ($0.receivedAt, $0.id) < (newest.receivedAt, newest.id) }
            .filter { $0.supersededBy == nil }
            .map { older in
                var older = older
                older.supersededBy = deployment
                let fate = Deployment.Ending.superseded(by: deployment, of: commit).words
                older.reason = [older.reason, fate].compactMap(\.self).joined(separator: "; ")
                try older.storeReplacement(in: database)
                return older
            }
    }
}
