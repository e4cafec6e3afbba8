import Foundation
import GRDB

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
                delivery: row["delivery"],
                requestedBy: row["requested_by"]),
            queuedAt: Date(timeIntervalSince1970: row["queued_at"]),
            stage: stage,
            startedAt: (row["started_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            finishedAt: (row["finished_at"] as Double?).map(Date.init(timeIntervalSince1970:)),
            outcome: row["outcome"])
        request.attempt = row["attempt"]
        request.override = row["override"]
        request.reason = row["reason"]
        request.approval = (row["approval"] as String?).flatMap { try? JSONColumn.decode($0) }
        wait = (row["wait"] as String?).flatMap { try? JSONColumn.decode($0) }
        unapprovedPlan = (row["unapproved_plan"] as String?).flatMap { try? JSONColumn.decode($0) }
        leavesChanges = row["leaves_changes"]
        request.corrections = (row["corrected_apps"] as String?).flatMap { try? JSONColumn.decode($0) }
        ending = (row["ending"] as String?).flatMap { try? JSONColumn.decode($0) }
        notBefore = (row["not_before"] as Double?).map(Date.init(timeIntervalSince1970:))
        retry = row["retry"]
        changes = (try? JSONColumn.decodeList(row["changes"])) ?? []
        trouble = row["trouble"]
        progress = (row["progress"] as String?).flatMap { try? JSONColumn.decode($0) }
        externalIDs = (try? JSONColumn.decodeList(row["external_ids"])) ?? []
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
        container["requested_by"] = request.requestedBy
        container["stage"] = stage.rawValue
        container["queued_at"] = queuedAt.timeIntervalSince1970
        container["started_at"] = startedAt?.timeIntervalSince1970
        container["finished_at"] = finishedAt?.timeIntervalSince1970
        container["outcome"] = outcome
        container["trouble"] = trouble
        container["changes"] = try JSONColumn.encodeList(changes)
        container["progress"] = try progress.map(JSONColumn.encode)
        container["external_ids"] = try JSONColumn.encodeList(externalIDs)
        container["leaves_changes"] = leavesChanges
        container["corrected_apps"] = try request.corrections.map(JSONColumn.encode)
        container["ending"] = try ending.map(JSONColumn.encode)
        container["attempt"] = request.attempt
        container["not_before"] = notBefore?.timeIntervalSince1970
        container["retry"] = retry
        container["override"] = request.override
        container["reason"] = request.reason
        container["approval"] = try request.approval.map(JSONColumn.encode)
        container["wait"] = try wait.map(JSONColumn.encode)
        container["unapproved_plan"] = try unapprovedPlan.map(JSONColumn.encode)
    }
}

/// Updates of a few columns, for which the general one makes a new statement each time.
extension Deployment {
    func storeDelivery(in database: Database) throws {
        try database.cachedStatement(sql: "UPDATE deployment SET delivery = ? WHERE id = ?")
            .execute(arguments: [request.delivery, id])
    }

    func storeEnd(in database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE deployment SET stage = ?, outcome = ?, ending = ?, finished_at = ?, wait = NULL WHERE id = ?"
        )
        .execute(
            arguments: [
                stage.rawValue, outcome, try ending.map(JSONColumn.encode), finishedAt?.timeIntervalSince1970, id,
            ])
    }
}
