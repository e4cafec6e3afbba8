package import Foundation
import GRDB

/// Heads of the branch that need no deployment, each with the head before it: the newest head that does is the commit that
/// should run.
enum SkippedHeads {
    /// Per branch; older ones can no longer matter.
    private static let limit = 1000

    fileprivate struct Row {
        let previous: CommitID?
        let skip: PushSkip
    }

    /// The commit that should run if the branch points at `head`.
    /// - Returns: nil if nothing should be deployed because nothing before the head is known.
    static func wanted(at head: CommitID, of branch: WatchedBranch, in database: Database) throws -> CommitID? {
        var commit = head
        for _ in 0...limit {
            guard let row = try find(commit, of: branch, in: database) else { return commit }
            guard let previous = row.previous else { return nil }
            commit = previous
        }
        return commit
    }

    /// The decision about a head, made on the commit that should run.
    static func decision(
        on head: CommitID, of branch: WatchedBranch, hasReportedFailure: Bool = false, in database: Database
    ) throws -> HeadDecision {
        guard let wanted = try wanted(at: head, of: branch, in: database) else {
            return .blocked(.skipped(try find(head, of: branch, in: database)?.skip ?? .message))
        }
        return HeadDecision.decide(
            on: wanted, given: try DeploymentQueue.history(of: wanted, on: branch, in: database),
            hasReportedFailure: hasReportedFailure)
    }

    /// The request for the commit that should run if the branch points at a commit that may be skipped.
    static func request(for head: DeploymentRequest, in database: Database) throws -> DeploymentRequest {
        guard let wanted = try wanted(at: head.commit.id, of: head.branch, in: database), wanted != head.commit.id
        else { return head }
        var request = head
        let known = try DeploymentRows.all(of: head.branch, at: wanted).fetchOne(database)
        request.commit = known?.request.commit ?? CommitInfo(wanted)
        return request
    }

    /// Whether a push may be skipped: otherwise something before it would never be deployed.
    static func mayBeSkipped(
        _ commit: CommitInfo, because skip: PushSkip, of branch: WatchedBranch, in database: Database
    ) throws -> Bool {
        guard commit.previous != commit.id, try isUndeployed(commit.id, of: branch, in: database) else { return false }
        switch skip {
        case .message: return true
        case .paths:
            guard let previous = commit.previous, let base = try wanted(at: previous, of: branch, in: database),
                try find(previous, of: branch, in: database)?.skip != .message
            else { return false }
            return try !isUndeployed(base, of: branch, in: database) || isKeptBack(base, of: branch, in: database)
        }
    }

    /// Whether the end of the hold deploys a commit, whatever is pushed on top of it.
    private static func isKeptBack(_ commit: CommitID, of branch: WatchedBranch, in database: Database) throws -> Bool {
        let history = try DeploymentQueue.history(of: commit, on: branch, in: database)
        guard let hold = history.state.decisions.hold.value, hold.leaving.contains(commit) else { return false }
        return HeadDecision.decide(on: commit, given: history.withoutHold) == .missed
    }

    static func insert(
        _ commit: CommitInfo, because skip: PushSkip, of branch: WatchedBranch, at date: Date,
        in database: Database
    ) throws {
        let key = BranchKey(of: branch).arguments
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO skipped_head (owner, repository, branch, commit_id, previous, reason, at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: key
                + [commit.id.description, commit.previous?.description, skip.rawValue, date.timeIntervalSince1970])
        try database.execute(
            sql: """
                DELETE FROM skipped_head WHERE \(BranchKey.condition) AND at <=
                    (SELECT at FROM skipped_head WHERE \(BranchKey.condition)
                    ORDER BY at DESC LIMIT 1 OFFSET \(limit))
                """, arguments: key + key)
    }

    /// A head that was deployed after all, for example by an operator, counts as itself.
    fileprivate static func find(_ commit: CommitID, of branch: WatchedBranch, in database: Database) throws -> Row? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT previous, reason FROM skipped_head WHERE \(BranchKey.condition) AND commit_id = ?"),
            arguments: BranchKey(of: branch).arguments + [commit.description])
        guard let row, let skip = PushSkip(rawValue: row["reason"]),
            try isUndeployed(commit, of: branch, in: database)
        else { return nil }
        return Row(previous: (row["previous"] as String?).flatMap(CommitID.init(_:)), skip: skip)
    }

    fileprivate static func newest(
        of branch: WatchedBranch, in database: Database
    ) throws -> (commit: CommitID, at: Date)? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT commit_id, at FROM skipped_head WHERE \(BranchKey.condition)
                    ORDER BY at DESC LIMIT 1
                    """),
            arguments: BranchKey(of: branch).arguments)
        guard let row, let commit = CommitID(row["commit_id"]) else { return nil }
        return (commit, Date(timeIntervalSince1970: row["at"]))
    }

    private static func isUndeployed(
        _ commit: CommitID, of branch: WatchedBranch, in database: Database
    ) throws -> Bool {
        // One that an operator requested and that ended before it started deployed nothing.
        try DeploymentRows.all(of: branch, at: commit).filter("(stage = 'queued' OR started_at IS NOT NULL)")
            .isEmpty(database)
    }
}

extension Store {
    /// Why the rules on pushes skip a commit, and the commit that should run instead, as far as it is known.
    /// - Returns: nil if they do not skip it.
    func skipped(
        _ commit: CommitID, of branch: WatchedBranch
    ) async throws -> (skip: PushSkip, wanted: CommitID?)? {
        try await read { database in
            guard let row = try SkippedHeads.find(commit, of: branch, in: database) else { return nil }
            return (row.skip, try SkippedHeads.wanted(at: commit, of: branch, in: database))
        }
    }

    /// The newest head that the rules on pushes skip, if an earlier commit should run and nothing was pushed since.
    func skippedHead(of branch: WatchedBranch) async throws -> SkippedHead? {
        try await read { database in
            guard let newest = try SkippedHeads.newest(of: branch, in: database),
                let row = try SkippedHeads.find(newest.commit, of: branch, in: database),
                let wanted = try SkippedHeads.wanted(at: newest.commit, of: branch, in: database),
                let head = try BranchState.fetch(of: branch, in: database).head, [wanted, newest.commit].contains(head)
            else { return nil }
            return SkippedHead(commit: newest.commit, skip: row.skip, wanted: wanted, at: newest.at)
        }
    }

    /// The commit that should run if the branch points at `head`: another one where the head needs no deployment.
    /// - Returns: nil if nothing should be deployed.
    package func wantedCommit(at head: CommitID, of branch: WatchedBranch) async throws -> CommitID? {
        try await read { try SkippedHeads.wanted(at: head, of: branch, in: $0) }
    }

    /// Remembers that a head needs no deployment on top of an earlier one, unless something would never be deployed then.
    /// - Parameter commit: With the head before it.
    /// - Returns: Whether it is skipped.
    package func skip(
        _ commit: CommitInfo, because skip: PushSkip, on branch: WatchedBranch, at date: Date = Date()
    ) async throws -> Bool {
        try await write { database in
            guard try SkippedHeads.mayBeSkipped(commit, because: skip, of: branch, in: database) else { return false }
            try SkippedHeads.insert(commit, because: skip, of: branch, at: date, in: database)
            return true
        }
    }

    /// The decision about the head of the branch.
    package func decision(
        on head: CommitID, of branch: WatchedBranch, hasReportedFailure: Bool
    ) async throws -> HeadDecision {
        try await read {
            try SkippedHeads.decision(on: head, of: branch, hasReportedFailure: hasReportedFailure, in: $0)
        }
    }
}

/// A head of the branch that needs no deployment.
struct SkippedHead: Equatable, Sendable {
    let commit: CommitID
    let skip: PushSkip
    /// The newest commit before it that is to be deployed.
    let wanted: CommitID
    /// When it was skipped.
    let at: Date

    /// The reason and what should run, for an operator.
    var sentence: String {
        "Head \(commit.short) needs no deployment: \(skip.reason). "
            + "The last commit that needed a deployment, \(wanted.short), should run."
    }
}
