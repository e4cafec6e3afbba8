import Foundation
import GRDB

/// The row of a delivery.
extension Delivery: FetchableRecord, PersistableRecord {
    static let databaseTableName = "delivery"
    /// Everything except headers and body, which may be large.
    static let columnsOfSummary = """
        id, hook_id, guid, event, received_at, owner, repository, ref, branch, "before", commit_id, message, author,
        pusher, verdict, reason, '[]' AS headers, x'' AS body, deployment
        """

    init(row: Row) {
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
            verdict: .ping, payload: Payload(headers: (try? JSONColumn.decode(row["headers"])) ?? [], body: row["body"])
        )
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

/// The row of a deployment.
extension Deployment: FetchableRecord, PersistableRecord {
    static let databaseTableName = "deployment"

    /// A value that can't be read is replaced: one damaged row must not hide the others.
    init(row: Row) {
        let commit = CommitID(row["commit_id"]) ?? .zero
        let trigger = Trigger(rawValue: row["trigger"]) ?? .restart
        let stage = Stage(rawValue: row["stage"]) ?? .failed
        self.init(
            id: row["id"],
            request: DeploymentRequest(
                branch: WatchedBranch(
                    repository: RepositoryName(owner: row["owner"], name: row["repository"]), name: row["branch"]),
                commit: CommitInfo(
                    commit, previous: (row["previous"] as String?).flatMap(CommitID.init(_:)), message: row["message"],
                    author: row["author"], pusher: row["pusher"]),
                trigger: trigger,
                isForced: row["is_forced"],
                delivery: row["delivery"]),
            queuedAt: Date(timeIntervalSince1970: row["queued_at"]),
            stage: stage,
            startedAt: (row["started_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            finishedAt: (row["finished_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            outcome: row["outcome"])
        changes = (try? JSONColumn.decode(row["changes"])) ?? []
        trouble = row["trouble"]
        progress = (row["progress"] as String?).flatMap { try? JSONColumn.decode($0) }
        externalIDs = (try? JSONColumn.decode(row["external_ids"])) ?? []
    }

    func encode(to container: inout PersistenceContainer) throws {
        container["id"] = id == 0 ? nil : id
        container["owner"] = request.branch.repository.owner
        container["repository"] = request.branch.repository.name
        container["branch"] = request.branch.name
        container["commit_id"] = commit.description
        container["previous"] = request.commit.previous?.description
        container["message"] = request.commit.message
        container["author"] = request.commit.author
        container["pusher"] = request.commit.pusher
        container["trigger"] = request.trigger.rawValue
        container["is_forced"] = request.isForced
        container["delivery"] = request.delivery
        container["stage"] = stage.rawValue
        container["queued_at"] = queuedAt.timeIntervalSince1970
        container["started_at"] = startedAt?.timeIntervalSince1970
        container["finished_at"] = finishedAt?.timeIntervalSince1970
        container["outcome"] = outcome
        container["trouble"] = trouble
        container["changes"] = try JSONColumn.encode(changes)
        container["progress"] = try progress.map(JSONColumn.encode)
        container["external_ids"] = try JSONColumn.encode(externalIDs)
    }
}
