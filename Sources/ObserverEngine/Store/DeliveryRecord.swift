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
        let repository = RepositoryName(owner: row["owner"], name: row["repository"])
        let push = (row["ref"] as String?).map { ref in
            PushEvent(
                repository: repository, ref: ref,
                before: (row["before"] as String?).flatMap(CommitID.init(_:)),
                after: (row["commit_id"] as String?).flatMap(CommitID.init(_:)),
                message: row["message"], author: row["author"], pusher: row["pusher"])
        }
        self.init(
            key: Key(hookID: row["hook_id"], guid: row["guid"]), event: row["event"],
            receivedAt: Date(timeIntervalSince1970: row["received_at"]), repository: repository, push: push,
            verdict: .ping, payload: Payload(headers: try JSONColumn.decode(row["headers"]), body: row["body"]))
        id = row["id"]
        verdict = Verdict(rawValue: row["verdict"]) ?? .ignored
        reason = row["reason"]
        deployment = row["deployment"]
    }

    func encode(to container: inout PersistenceContainer) throws {
        container["id"] = id == 0 ? nil : id
        container["hook_id"] = key.hookID
        container["guid"] = key.guid
        container["event"] = event
        container["received_at"] = receivedAt.timeIntervalSince1970
        container["owner"] = repository.owner
        container["repository"] = repository.name
        container["ref"] = push?.ref
        container["branch"] = branch
        container["before"] = push?.before?.description
        container["commit_id"] = commit?.description
        container["message"] = push?.message
        container["author"] = push?.author
        container["pusher"] = push?.pusher
        container["verdict"] = verdict.rawValue
        container["reason"] = reason
        container["headers"] = try JSONColumn.encode(headers)
        container["body"] = body
        container["deployment"] = deployment
    }
}
