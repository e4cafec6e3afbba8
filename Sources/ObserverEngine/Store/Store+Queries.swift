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
            try DeploymentQueue.lasting(of: deployment.request.branch)
                .filter(Column("id") < deployment.id)
                .filter(Column("stage") != Deployment.Stage.cancelled.rawValue)
                .fetchOne(database)
        }
    }

    /// The deployments of a branch, newest first.
    /// - Parameter id: Only those before this one.
    package func deployments(
        of branch: WatchedBranch, before id: Int64? = nil, limit: Int
    ) async throws -> [Deployment] {
        try await read { database in
            var request = DeploymentQueue.all(of: branch)
            if let id { request = request.filter(Column("id") < id) }
            return try request.order(Column("id").desc).limit(limit).fetchAll(database)
        }
    }

    package func deploymentCount(of branch: WatchedBranch) async throws -> Int {
        try await read { try DeploymentQueue.all(of: branch).fetchCount($0) }
    }

    /// The usual duration in seconds: the median of the newest that succeeded and changed something.
    package func expectedSeconds(of branch: WatchedBranch) async throws -> Double? {
        let durations = try await read { database in
            try DeploymentQueue.all(of: branch)
                .filter(Column("stage") == Deployment.Stage.succeeded.rawValue)
                .filter(Column("external_ids") != "[]")
                .order(Column("id").desc)
                .limit(15)
                .fetchAll(database)
                .compactMap { $0.duration(now: Date())?.seconds }
        }
        return durations.isEmpty ? nil : durations.sorted()[durations.count / 2]
    }

    /// The newest deployment of a branch that succeeded.
    package func lastSucceeded(of branch: WatchedBranch) async throws -> Deployment? {
        try await read {
            try DeploymentQueue.all(of: branch)
                .filter(Column("stage") == Deployment.Stage.succeeded.rawValue)
                .order(Column("id").desc)
                .fetchOne($0)
        }
    }

    /// The history of a branch and of one commit, read in one transaction.
    package struct History: Sendable {
        /// The newest deployment that was neither superseded nor interrupted.
        package let newest: Deployment?
        /// The newest one of the commit that was neither superseded nor interrupted.
        package let last: Deployment?
        /// The newest one of the commit, whatever its result.
        package let seen: Deployment?
        package let state: BranchState
    }

    package func history(of branch: WatchedBranch, commit: CommitID) async throws -> History {
        try await read { database in
            let lasting = DeploymentQueue.lasting(of: branch)
            let isOfCommit = Column("commit_id") == commit.description
            return History(
                newest: try lasting.fetchOne(database),
                last: try lasting.filter(isOfCommit).fetchOne(database),
                seen: try DeploymentQueue.all(of: branch)
                    .filter(isOfCommit).order(Column("id").desc).fetchOne(database),
                state: try BranchState.fetch(of: branch, in: database))
        }
    }

    /// The newest deployments of the branch that ended without success. If one of them still holds a lock at the target,
    /// nothing waits for it any more.
    package func abandonedDeployments(of branch: WatchedBranch) async throws -> [Deployment] {
        try await read {
            try DeploymentQueue.all(of: branch)
                .filter(Deployment.Stage.abandoned.map(\.rawValue).contains(Column("stage")))
                .order(Column("id").desc)
                .limit(100)
                .fetchAll($0)
        }
    }

    /// The number of stored deliveries.
    package func deliveryCount() async throws -> Int {
        try await read { try Delivery.fetchCount($0) }
    }

    /// The GUIDs that are already stored.
    package func known(_ keys: [Delivery.Key]) async throws -> Set<String> {
        guard let hook = keys.first?.hookID else { return [] }
        return try await read { database in
            try String.fetchSet(
                database,
                Delivery.filter(Column("hook_id") == hook && keys.map(\.guid).contains(Column("guid")))
                    .select(Column("guid")))
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
        try await read { database in
            var request = Delivery.select(sql: Delivery.columnsOfSummary)
            if let id { request = request.filter(Column("id") < id) }
            if let verdict { request = request.filter(Column("verdict") == verdict.rawValue) }
            return try request.order(Column("id").desc).limit(limit).fetchAll(database)
        }
    }
}

extension Deployment.Stage {
    /// The stages of deployments that ended without success.
    fileprivate static let abandoned: [Self] = [.failed, .superseded, .cancelled, .interrupted]
}
