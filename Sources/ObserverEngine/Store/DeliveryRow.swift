import Foundation
import GRDB

/// A delivery encoded for its row, so that the only writer of the database need not do it.
struct DeliveryRow: Sendable {
    private(set) var delivery: Delivery
    fileprivate let headers: String
    fileprivate let body: Data

    /// - Parameter redactor: Removes secrets.
    init(_ delivery: Delivery, redactor: Redactor, compressor: Deflate) {
        let clean = delivery.redacted(by: redactor)
        self.delivery = clean.withoutPayload
        headers = HeaderColumn.encode(clean.headers)
        body = compressor.compressed(clean.body)
    }

    /// The row of a push that is deployed although the rules could skip it.
    var accepted: DeliveryRow {
        var row = self
        row.delivery.accept()
        return row
    }

    /// Inserts the row.
    /// - Parameter deployment: The deployment that the delivery belongs to.
    /// - Returns: The stored delivery, without headers and body.
    func insert(deployment: Int64? = nil, in database: Database) throws -> Delivery {
        var stored = delivery
        stored.deployment = deployment
        let push = stored.push
        try database.cachedStatement(sql: Self.insertion).execute(arguments: [
            stored.key.hookID, stored.key.guid, stored.event, stored.receivedAt.timeIntervalSince1970,
            stored.repository.owner, stored.repository.name, push?.ref, stored.branch, push?.before?.description,
            stored.commit?.description, push?.message, push?.author, push?.pusher,
            push?.pushedAt?.timeIntervalSince1970, stored.verdict.rawValue, stored.reason, headers, body, deployment,
        ])
        stored.id = database.lastInsertedRowID
        return stored
    }

    private static let insertion = """
        INSERT INTO delivery (hook_id, guid, event, received_at, owner, repository, ref, branch, "before", commit_id,
            message, author, pusher, pushed_at, verdict, reason, headers, body, deployment)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
}

/// The queries of deliveries.
extension Delivery: FetchableRecord, TableRecord {
    static let databaseTableName = "delivery"
    /// Everything except headers and body, which may be large.
    private static let columnsOfSummary = """
        id, hook_id, guid, event, received_at, owner, repository, ref, branch, "before", commit_id, message, author,
        pusher, pushed_at, verdict, reason, '[]' AS headers, x'' AS body, deployment, superseded_by
        """

    /// A damaged row is read as far as possible, so that it does not hide the others.
    init(row: Row) {
        let repository = RepositoryName(owner: row["owner"], name: row["repository"])
        var push = (row["ref"] as String?).map { ref in
            PushEvent(
                repository: repository, ref: ref,
                before: (row["before"] as String?).flatMap(CommitID.init(_:)),
                after: (row["commit_id"] as String?).flatMap(CommitID.init(_:)),
                message: row["message"], author: row["author"], pusher: row["pusher"])
        }
        push?.pushedAt = (row["pushed_at"] as Double?).map(Date.init(timeIntervalSince1970:))
        self.init(
            key: Key(hookID: row["hook_id"], guid: row["guid"]), event: row["event"],
            receivedAt: Date(timeIntervalSince1970: row["received_at"]), repository: repository, push: push,
            verdict: .ping,
            payload: Payload(
                headers: (try? JSONColumn.decodeList(row["headers"])) ?? [],
                body: (try? Deflate.decompressed(row["body"])) ?? Data()))
        id = row["id"]
        verdict = Verdict(rawValue: row["verdict"]) ?? .ignored
        reason = row["reason"]
        deployment = row["deployment"]
        supersededBy = row["superseded_by"]
    }

    /// The delivery with this key, without headers and body.
    static func stored(under key: Key, in database: Database) throws -> Delivery? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(columnsOfSummary) FROM delivery WHERE hook_id = ? AND guid = ?")
        return try fetchOne(statement, arguments: [key.hookID, key.guid])
    }

    static func isStored(_ key: Key, in database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM delivery WHERE hook_id = ? AND guid = ?")
        return try Int.fetchOne(statement, arguments: [key.hookID, key.guid]) != nil
    }

    /// The newest accepted delivery of a commit that no deployment belongs to, without headers and body. The conditions are
    /// spelled out, so that an index of only these deliveries can be used.
    static func undeployed(
        of commit: CommitID, branch: WatchedBranch, in database: Database
    ) throws -> Delivery? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(columnsOfSummary) FROM delivery INDEXED BY delivery_undeployed
                WHERE commit_id = ? AND deployment IS NULL AND verdict = 'accepted'
                    AND \(BranchKey.condition)
                ORDER BY id DESC LIMIT 1
                """)
        return try fetchOne(statement, arguments: [commit.description] + BranchKey(of: branch).arguments)
    }

    static func undeployed(of request: DeploymentRequest, in database: Database) throws -> Delivery? {
        try undeployed(of: request.commit.id, branch: request.branch, in: database)
    }

    /// Stores the deployment that the delivery belongs to.
    func note(deployment: Int64, in database: Database) throws {
        try database.cachedStatement(sql: "UPDATE delivery SET deployment = ? WHERE id = ?")
            .execute(arguments: [deployment, id])
    }

    /// Stores that a newer push was deployed instead, and the reason that shows it.
    func storeReplacement(in database: Database) throws {
        try storeReason(in: database)
        try database.cachedStatement(sql: "UPDATE delivery SET superseded_by = ? WHERE id = ?")
            .execute(arguments: [supersededBy, id])
    }

    /// Stores a new reason for the verdict.
    func storeReason(in database: Database) throws {
        try database.cachedStatement(sql: "UPDATE delivery SET reason = ? WHERE id = ?").execute(arguments: [
            reason, id,
        ])
    }

    /// One delivery without headers and body.
    static func summary(_ id: Int64, in database: Database) throws -> Delivery? {
        let statement = try database.cachedStatement(sql: "SELECT \(columnsOfSummary) FROM delivery WHERE id = ?")
        return try fetchOne(statement, arguments: [id])
    }

    /// Newest first, without headers and bodies.
    static func summaries(
        before id: Int64, verdict: Verdict?, limit: Int, in database: Database
    ) throws -> [Delivery] {
        let source = verdict == nil ? "WHERE" : "INDEXED BY delivery_by_verdict WHERE verdict = ? AND"
        let statement = try database.cachedStatement(
            sql: "SELECT \(columnsOfSummary) FROM delivery \(source) id < ? ORDER BY id DESC LIMIT ?")
        return try fetchAll(
            statement, arguments: (verdict.map { [$0.rawValue] } ?? StatementArguments()) + [id, limit])
    }
}

/// The headers of a delivery as JSON; `JSONEncoder` needs ten times as long for them.
private enum HeaderColumn {
    static func encode(_ headers: [Delivery.Header]) -> String {
        let objects = headers.map { "{\"name\":\($0.name.jsonQuoted),\"value\":\($0.value.jsonQuoted)}" }
        return "[" + objects.joined(separator: ",") + "]"
    }
}
