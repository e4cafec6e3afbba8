import Foundation
import GRDB

/// How a delivery becomes a row and back.
extension Delivery: FetchableRecord, PersistableRecord {
    static let databaseTableName = "delivery"
    /// All but headers and body, which may be large.
    static let columnsOfSummary = """
        id, hook_id, guid, event, received_at, owner, repository, ref, branch, "before", commit_id, message, author,
        pusher, verdict, reason, '[]' AS headers, x'' AS body, deployment
        """

    init(row: Row) throws {
        self.init(
            id: row["id"],
            key: Key(hookID: row["hook_id"], guid: row["guid"]),
            event: row["event"],
            receivedAt: Date(timeIntervalSince1970: row["received_at"]),
            repository: RepositoryName(owner: row["owner"], name: row["repository"]),
            ref: row["ref"],
            branch: row["branch"],
            before: (row["before"] as String?).flatMap(CommitID.init(_:)),
            commit: (row["commit_id"] as String?).flatMap(CommitID.init(_:)),
            message: row["message"],
            author: row["author"],
            pusher: row["pusher"],
            verdict: Verdict(rawValue: row["verdict"]) ?? .ignored,
            reason: row["reason"],
            headers: try JSONColumn.decode(row["headers"]),
            body: row["body"],
            deployment: row["deployment"])
    }

    func encode(to container: inout PersistenceContainer) throws {
        container["id"] = id == 0 ? nil : id
        container["hook_id"] = key.hookID
        container["guid"] = key.guid
        container["event"] = event
        container["received_at"] = receivedAt.timeIntervalSince1970
        container["owner"] = repository.owner
        container["repository"] = repository.name
        container["ref"] = ref
        container["branch"] = branch
        container["before"] = before?.description
        container["commit_id"] = commit?.description
        container["message"] = message
        container["author"] = author
        container["pusher"] = pusher
        container["verdict"] = verdict.rawValue
        container["reason"] = reason
        container["headers"] = try JSONColumn.encode(headers)
        container["body"] = body
        container["deployment"] = deployment
    }
}
