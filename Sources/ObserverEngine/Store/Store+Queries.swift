import Foundation
import GRDB

/// Queries that change nothing.
extension Store {
    package func deployment(_ id: Int64) async throws -> Deployment? {
        try await read { try Deployment.fetchOne($0, key: id) }
    }

    /// The previous deployment of the same branch that has a result: not superseded, interrupted or cancelled.
    package func deployment(before deployment: Deployment) async throws -> Deployment? {
        try await read { database in
            try DeploymentRows.lasting(of: deployment.request.branch)
                .filter("id < ?", deployment.id)
                .filter("stage <> ?", Deployment.Stage.cancelled.rawValue)
                .fetchOne(database)
        }
    }

    /// The deployments of a branch, newest first.
    /// - Parameter id: Only those before this one.
    package func deployments(
        of branch: WatchedBranch, before id: Int64? = nil, limit: Int
    ) async throws -> [Deployment] {
        try await read { database in
            let all = DeploymentRows.all(of: branch)
            return try (id.map { all.filter("id < ?", $0) } ?? all).fetchAll(database, limit: limit)
        }
    }

    package func deploymentCount(of branch: WatchedBranch) async throws -> Int {
        try await read { try DeploymentRows.all(of: branch).fetchCount($0) }
    }

    /// The usual duration in seconds: the median of the newest that succeeded and changed something.
    package func expectedSeconds(of branch: WatchedBranch) async throws -> Double? {
        let durations = try await read { database in
            try DeploymentRows.all(of: branch, in: .succeeded).fetchDurations(database, among: 200, upTo: 15)
        }
        return durations.isEmpty ? nil : durations.sorted()[durations.count / 2]
    }

    /// The newest deployment of a branch that succeeded.
    package func lastSucceeded(of branch: WatchedBranch) async throws -> Deployment? {
        try await read { try DeploymentRows.all(of: branch, in: .succeeded).fetchOne($0) }
    }

    /// The same without corrections of drift, which leave the apps of a failed deployment as they are.
    func lastSucceededAsWhole(of branch: WatchedBranch) async throws -> Deployment? {
        try await read { try DeploymentRows.all(of: branch, in: .succeeded).ofWholeCommit.fetchOne($0) }
    }

    /// The first success of another commit after a success; nil if there is none.
    func replacement(of success: Deployment, on branch: WatchedBranch) async throws -> Deployment? {
        try await read { database in
            try DeploymentRows.all(of: branch, in: .succeeded)
                .filter("id > ? AND commit_id <> ?", success.id, success.commit.description)
                .oldestFirst.fetchOne(database)
        }
    }

    /// The newest deployment after the last success whose changes were not undone. Corrections of drift do not count.
    /// - Parameter deployment: One that does not count; nil if there is none.
    package func leftover(on branch: WatchedBranch, before deployment: Int64?) async throws -> Deployment? {
        try await read { database in
            let success = try DeploymentRows.all(of: branch, in: .succeeded).ofWholeCommit.fetchOne(database)
            return try DeploymentRows.all(of: branch).ofWholeCommit.filter("id > ?", success?.id ?? 0)
                .filter("leaves_changes AND id <> ?", deployment ?? 0).fetchOne(database)
        }
    }

    /// The newest deployment of a commit, whatever its result.
    package func newestDeployment(of commit: CommitID, on branch: WatchedBranch) async throws -> Deployment? {
        try await read { try DeploymentRows.all(of: branch, at: commit).fetchOne($0) }
    }

    /// The deployments of a commit, newest first.
    func deployments(of commit: CommitID, on branch: WatchedBranch) async throws -> [Deployment] {
        try await read { try DeploymentRows.all(of: branch, at: commit).fetchAll($0, limit: 100) }
    }

    /// The newest deployments of the branch that ended without success. If one of them still holds a lock at the target,
    /// nothing waits for it any more.
    package func abandonedDeployments(of branch: WatchedBranch) async throws -> [Deployment] {
        try await read { database in
            let ended = try Deployment.Stage.abandoned
                .flatMap { stage in try DeploymentRows.all(of: branch, in: stage).fetchAll(database, limit: 100) }
            return Array(ended.sorted { $0.id > $1.id }.prefix(100))
        }
    }

    /// How many deployments of the same commit that ran right before this one were interrupted while they changed the target.
    /// - Parameter limit: The most to count.
    func interruptions(before deployment: Deployment, limit: Int) async throws -> Int {
        try await read { database in
            // A push that waits is queued again behind each of them.
            let earlier = DeploymentRows.all(of: deployment.request.branch).filter("id < ?", deployment.id)
                .filter("started_at IS NOT NULL")
            return try earlier.fetchAll(database, limit: limit).prefix { earlier in
                earlier.commit == deployment.commit && earlier.stage == .interrupted && earlier.leavesChanges
            }.count
        }
    }

    /// The number of stored deliveries.
    package func deliveryCount() async throws -> Int {
        try await read { database in
            // This index is much smaller than the table.
            try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM delivery INDEXED BY delivery_by_verdict") ?? 0
        }
    }

    /// The GUIDs that are already stored.
    package func known(_ keys: [Delivery.Key]) async throws -> Set<String> {
        try await read { database in
            Set(try keys.filter { try Delivery.isStored($0, in: database) }.map(\.guid))
        }
    }

    package func delivery(_ id: Int64) async throws -> Delivery? {
        try await read { try Delivery.fetchOne($0, key: id) }
    }

    /// The deliveries, newest first, without their headers and bodies.
    /// - Parameter id: Only those before this one.
    package func deliveries(
        before id: Int64? = nil, verdict: Delivery.Verdict? = nil, limit: Int
    ) async throws -> [Delivery] {
        try await read { try Delivery.summaries(before: id ?? .max, verdict: verdict, limit: limit, in: $0) }
    }
}

extension Deployment.Stage {
    /// The stages of deployments that ended without success.
    fileprivate static let abandoned: [Self] = [.failed, .superseded, .cancelled, .interrupted]
}
