import GRDB

/// A query for deployments of one branch in the order of one index, newest first unless stated otherwise.
///
/// The index is named, because SQLite chooses by estimates: it would search the whole branch for one commit.
struct DeploymentRows {
    private let index: String
    private var conditions: [String]
    private var arguments: StatementArguments
    private var order = "DESC"

    /// Every deployment of the branch, newest first.
    static func all(of branch: WatchedBranch) -> DeploymentRows {
        DeploymentRows(branch, in: "deployment_by_branch")
    }

    /// Those in a stage, newest first.
    static func all(of branch: WatchedBranch, in stage: Deployment.Stage) -> DeploymentRows {
        DeploymentRows(branch, in: "deployment_by_stage").filter("stage = ?", stage.rawValue)
    }

    /// Those of a commit, newest first.
    static func all(of branch: WatchedBranch, at commit: CommitID) -> DeploymentRows {
        DeploymentRows(branch, in: "deployment_by_commit").filter("commit_id = ?", commit.description)
    }

    /// Those with a result for their commit, newest first: neither superseded nor interrupted.
    static func lasting(of branch: WatchedBranch) -> DeploymentRows {
        DeploymentRows(branch, in: "deployment_lasting").lasting
    }

    private init(_ branch: WatchedBranch, in index: String) {
        self.index = index
        conditions = [BranchKey.condition]
        arguments = BranchKey(of: branch).arguments
    }

    /// Only those with a result for their commit. The stages are spelled out, so that an index of only these can be used.
    var lasting: DeploymentRows { filter("stage NOT IN ('superseded', 'interrupted')") }

    func filter(_ condition: String, _ values: (any DatabaseValueConvertible)...) -> DeploymentRows {
        var rows = self
        rows.conditions.append(condition)
        rows.arguments += StatementArguments(values)
        return rows
    }

    /// The same, oldest first.
    var oldestFirst: DeploymentRows {
        var rows = self
        rows.order = "ASC"
        return rows
    }

    /// Only those of heads of the branch.
    var followingBranch: DeploymentRows {
        Deployment.Trigger.apartFromBranch.reduce(self) { $0.filter("\"trigger\" <> ?", $1.rawValue) }
    }

    /// Without corrections of drift, which concern single apps.
    var ofWholeCommit: DeploymentRows { filter("\"trigger\" <> ?", Deployment.Trigger.drift.rawValue) }

    func fetchAll(_ database: Database, limit: Int = -1) throws -> [Deployment] {
        let (statement, arguments) = try select("*", limit: limit, in: database)
        return try Deployment.fetchAll(statement, arguments: arguments)
    }

    func fetchOne(_ database: Database) throws -> Deployment? {
        let (statement, arguments) = try select("*", limit: 1, in: database)
        return try Deployment.fetchOne(statement, arguments: arguments)
    }

    func isEmpty(_ database: Database) throws -> Bool {
        let (statement, arguments) = try select("1", limit: 1, in: database)
        return try Int.fetchOne(statement, arguments: arguments) == nil
    }

    func fetchCount(_ database: Database) throws -> Int {
        let statement = try database.cachedStatement(
            sql: "SELECT COUNT(*) FROM deployment INDEXED BY \(index) WHERE \(conditions.joined(separator: " AND "))")
        return try Int.fetchOne(statement, arguments: arguments) ?? 0
    }

    /// The durations in seconds of the newest of these that changed something at the target.
    /// - Parameter limit: How many are examined.
    func fetchDurations(_ database: Database, among limit: Int, upTo count: Int) throws -> [Double] {
        let newest = select("started_at, finished_at, external_ids")
        let statement = try database.cachedStatement(
            sql: """
                SELECT MAX(0, finished_at - started_at) FROM (\(newest))
                WHERE external_ids <> '[]' AND started_at IS NOT NULL LIMIT ?
                """)
        return try Double.fetchAll(statement, arguments: arguments + [limit, count])
    }

    private func select(
        _ columns: String, limit: Int, in database: Database
    ) throws -> (Statement, StatementArguments) {
        (try database.cachedStatement(sql: select(columns)), arguments + [limit])
    }

    private func select(_ columns: String) -> String {
        """
        SELECT \(columns) FROM deployment INDEXED BY \(index) WHERE \(conditions.joined(separator: " AND "))
        ORDER BY id \(order) LIMIT ?
        """
    }
}
