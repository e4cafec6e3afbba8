import Foundation
import GRDB

/// How a deployment becomes a row and back.
extension Deployment: FetchableRecord, PersistableRecord {
    static let databaseTableName = "deployment"

    init(row: Row) throws {
        guard let commit = CommitID(row["commit_id"]), let trigger = Trigger(rawValue: row["trigger"]),
            let stage = Stage(rawValue: row["stage"])
        else {
            throw DatabaseError(message: "the deployment \(row["id"] as Int64) has no valid commit, trigger or stage")
        }
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
            outcome: row["outcome"],
            changes: try JSONColumn.decode(row["changes"]),
            progress: try (row["progress"] as String?).map(JSONColumn.decode),
            marathonDeployments: try JSONColumn.decode(row["marathon_deployments"]))
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
        container["changes"] = try JSONColumn.encode(changes)
        container["progress"] = try progress.map(JSONColumn.encode)
        container["marathon_deployments"] = try JSONColumn.encode(marathonDeployments)
    }
}
