import Foundation
import GRDB

/// The drift of one app as the observer knows it, so that a restart neither dates nor announces it again.
struct KnownDrift: Equatable, Sendable {
    let app: String
    /// When the first difference was found; nil if the app no longer drifts.
    var since: Date?
    /// The kind that was announced last; nil if nothing was announced since the drift began.
    var kind: AppSummary.Drift.Kind?
    /// The paths of the announced fields that still differ.
    var paths: Set<String> = []
    /// When something was announced last.
    var announcedAt: Date?
}

extension Store {
    /// The drift as it was saved last.
    func knownDrift(of branch: WatchedBranch) async throws -> [KnownDrift] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM known_drift WHERE \(BranchKey.condition)")
            return try Row.fetchAll(statement, arguments: BranchKey(of: branch).arguments).map(KnownDrift.init(row:))
        }
    }

    /// Replaces the drift that was saved before.
    func save(_ drift: [KnownDrift], of branch: WatchedBranch) async throws {
        try await write(.crash) { database in
            let key = BranchKey(of: branch)
            let statement = try database.cachedStatement(sql: "DELETE FROM known_drift WHERE \(BranchKey.condition)")
            try statement.execute(arguments: key.arguments)
            for known in drift { try known.insert(under: key, in: database) }
        }
    }
}

extension KnownDrift {
    fileprivate init(row: Row) {
        let seconds = { (column: String) in (row[column] as Double?).map(Date.init(timeIntervalSince1970:)) }
        let paths: [String]? = try? JSONColumn.decodeList(row["paths"])
        self.init(
            app: row["app"], since: seconds("since"),
            kind: (row["kind"] as String?).flatMap(AppSummary.Drift.Kind.init(rawValue:)), paths: Set(paths ?? []),
            announcedAt: seconds("announced_at"))
    }

    fileprivate func insert(under key: BranchKey, in database: Database) throws {
        let paths = try JSONColumn.encodeList(paths.sorted())
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO known_drift (owner, repository, branch, app, since, kind, paths, announced_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(
            arguments: key.arguments
                + [app, since?.timeIntervalSince1970, kind?.rawValue, paths, announcedAt?.timeIntervalSince1970])
    }
}
