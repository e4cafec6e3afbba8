package import Foundation
import GRDB

/// The state of a branch.
extension Store {
    package func branchState(of branch: WatchedBranch) async throws -> BranchState {
        try await read { try BranchState.fetch(of: branch, in: $0) }
    }

    /// Changes the state of a branch.
    /// - Returns: The new state.
    @discardableResult
    package func changeBranchState(
        of branch: WatchedBranch, _ change: @escaping @Sendable (inout BranchState) -> Void
    ) async throws -> BranchState {
        try await write { database in
            var state = try BranchState.fetch(of: branch, in: database)
            change(&state)
            try state.save(of: branch, in: database)
            return state
        } publishing: {
            [.branch(branch, $0)]
        }
    }

    /// Adopts decisions that the target or this process has kept.
    /// - Returns: Those that are valid now.
    func recall(_ decisions: Decisions, of branch: WatchedBranch) async throws -> Decisions {
        try await write { database in
            var state = try BranchState.fetch(of: branch, in: database)
            try state.recall(decisions, of: branch, in: database)
            try state.save(of: branch, in: database)
            return state
        } publishing: {
            [.branch(branch, $0)]
        }.decisions
    }
}

extension Store {
    /// Remembers the head that GitHub reported.
    package func note(head: CommitID, of branch: WatchedBranch) async throws {
        guard try await branchState(of: branch).head != head else { return }
        try await write { try BranchState.note(head: head, of: branch, in: $0) }
    }

    /// Ends a pause that has reached its end.
    /// - Returns: Whether there was one.
    func endPause(of branch: WatchedBranch, at now: Date = Date()) async throws -> Bool {
        guard let until = try await branchState(of: branch).pause?.until, until <= now else { return false }
        return try await write { database -> BranchState? in
            var state = try BranchState.fetch(of: branch, in: database)
            // An operator may have paused longer meanwhile.
            guard let until = state.pause?.until, until <= now else { return nil }
            state.decisions.decide(pause: nil, at: now)
            try state.save(of: branch, in: database)
            return state
        } publishing: { ended in
            ended.map { [.branch(branch, $0)] } ?? []
        } != nil
    }

    /// Ends what keeps pushes from being deployed; a state without that stays unchanged.
    /// - Parameter wanted: What to end; nil for a pause, or a hold if there is no pause.
    /// - Returns: The state before, and what was ended.
    package func resume(
        _ branch: WatchedBranch, ending wanted: Standstill? = nil, at now: Date = Date()
    ) async throws -> (before: BranchState, ended: Standstill?) {
        let (before, ended, _) = try await write { database -> (BranchState, Standstill?, BranchState?) in
            let before = try BranchState.fetch(of: branch, in: database)
            guard let ended = before.standstill(wanted) else { return (before, nil, nil) }
            var state = before
            switch ended {
            case .pause: state.decisions.decide(pause: nil, at: now)
            case .hold: state.endHold(at: now)
            }
            try state.save(of: branch, in: database)
            return (before, ended, state)
        } publishing: { _, _, state in
            state.map { [.branch(branch, $0)] } ?? []
        }
        return (before, ended)
    }
}

/// The hold.
extension Store {
    /// A newer deployment exists than the operator saw.
    package struct Conflict: Error {
        package let newest: Deployment
    }

    /// Queues the deployment of another commit than the head, and holds the branch there, in one transaction.
    /// - Parameters:
    ///   - end: What ends the hold; nil for the end of the hold that it replaces, or the next push.
    ///   - reason: Why the operator decided it.
    ///   - head: The head of the branch, if it was asked for.
    ///   - seenNewest: The newest deployment that the operator saw; nil skips the check.
    /// - Throws: `Conflict`
    package func hold(
        _ request: DeploymentRequest, because cause: HoldSummary.Cause, until end: HoldSummary.End? = nil,
        reason: String? = nil, by author: String? = nil, head: CommitID? = nil, seenNewest: Int64? = nil,
        at date: Date = Date()
    ) async throws -> Deployment {
        let request = request.redacted(by: redactor)
        let reason = redactor.redact(reason, toBytes: TextLimit.reason)
        let author = redactor.redact(author, toBytes: TextLimit.name)
        let (queued, _) = try await write { [queue] database -> (DeploymentQueue.Enqueued, BranchState) in
            let newest = try DeploymentRows.all(of: request.branch).fetchOne(database)
            if let seenNewest, let newest, newest.id != seenNewest { throw Conflict(newest: newest) }
            var state = try BranchState.fetch(of: request.branch, in: database)
            let pushed = try DeploymentQueue.pushes(of: request.branch).fetchOne(database)
            // Where the branch points is not certain without the answer of GitHub: both may be its head.
            let found = [head ?? state.head, pushed?.commit]
            // Any commit that was seen before must stay undeployed.
            if let head {
                // A head that needs no deployment is not what should run after the hold.
                state.head = try SkippedHeads.wanted(at: head, of: request.branch, in: database) ?? head
            } else if pushed?.commit != state.head {
                state.head = nil
            }
            let left = try DeploymentQueue.commits(
                since: request.commit.id, replacing: state.decisions.hold.value, of: request.branch, in: database)
            let queued = try queue.enqueue(request, at: date, in: database)
            let heads = ([state.head] + found).compactMap(\.self)
            var hold = Hold(at: request.commit.id, leaving: heads + left, because: cause)
            (hold.until, hold.reason, hold.by) = (end ?? state.hold?.until ?? .push, reason, author)
            state.decisions.decide(hold: hold, at: date)
            state.holdDeployment = queued.deployment.id
            try state.save(of: request.branch, in: database)
            return (queued, state)
        } publishing: {
            [.branch(request.branch, $0.1)] + $0.0.changes
        }
        return queued.deployment
    }
}

extension BranchState {
    /// The decision that an operator ends. A pause comes first: otherwise the head would be deployed although only the
    /// pause was meant to end.
    fileprivate func standstill(_ wanted: Standstill?) -> Standstill? {
        let found: [Standstill] = (isPaused ? [.pause] : []) + (heldCommit == nil ? [] : [.hold])
        guard let wanted else { return found.first }
        return found.contains(wanted) ? wanted : nil
    }

    static func fetch(of branch: WatchedBranch, in database: Database) throws -> BranchState {
        let statement = try database.cachedStatement(
            sql: "SELECT * FROM branch_state WHERE \(BranchKey.condition)")
        let row = try Row.fetchOne(statement, arguments: BranchKey(of: branch).arguments)
        guard let row else { return BranchState() }
        var decisions = Decisions()
        let pause = Pause(
            reason: row["pause_reason"], by: row["paused_by"], until: time(row["paused_until"]),
            change: Pause.Change(pausedAt: time(row["pause_since"]), by: row["pause_changed_by"]))
        decisions.pause = .init(row["is_paused"] ? pause : nil, at: time(row["paused_at"]))
        decisions.hookRemoval = .init(row["is_hook_removed"], at: time(row["hook_removed_at"]))
        // A list that can't be read must not make the rest unreadable.
        let leaving: [CommitID] = (row["held_from"] as String?).flatMap { try? JSONColumn.decode($0) } ?? []
        let cause = (row["held_by"] as String?).flatMap(HoldSummary.Cause.init(rawValue:))
        var hold = (row["held_at"] as String?).flatMap(CommitID.init(_:)).map {
            Hold(at: $0, leaving: leaving, because: cause)
        }
        hold?.until = (row["held_until"] as String?).flatMap(HoldSummary.End.init(rawValue:)) ?? .push
        hold?.reason = row["hold_reason"]
        hold?.by = row["hold_author"]
        decisions.hold = .init(hold, at: time(row["held_since"]))
        if let id: Int64 = row["repository_id"] {
            decisions.repository = .init(id, at: time(row["repository_since"]) ?? Decisions.neverDecided)
        }
        return BranchState(
            hookID: row["hook_id"], decisions: decisions, holdDeployment: row["held_deployment"],
            repositoryName: (row["repository_name"] as String?).flatMap(RepositoryName.init(fullName:)),
            head: (row["head"] as String?).flatMap(CommitID.init(_:)))
    }

    private static func time(_ seconds: Double?) -> Date? { seconds.map(Date.init(timeIntervalSince1970:)) }

    /// Ends the hold of an operator's rollback, or of the deployment of another commit than the head, because of a new push
    /// or an operator's deployment of the head.
    /// - Parameters:
    ///   - evenIfUnknown: Also ends a hold that this disk does not know, but the target may.
    ///   - byOperator: Also ends a hold that a push does not end.
    static func liftHold(
        of branch: WatchedBranch, at now: Date, evenIfUnknown: Bool = false, byOperator: Bool = false,
        in database: Database
    ) throws -> [EngineChange] {
        var state = try BranchState.fetch(of: branch, in: database)
        return try state.liftHold(
            of: branch, at: now, evenIfUnknown: evenIfUnknown, byOperator: byOperator, in: database)
    }

    /// Ends the hold of this state, which is the stored one.
    mutating func liftHold(
        of branch: WatchedBranch, at now: Date, evenIfUnknown: Bool = false, byOperator: Bool = false,
        in database: Database
    ) throws -> [EngineChange] {
        if !byOperator, decisions.hold.value?.until == .resume { return [] }
        let isUnknown = decisions.hold.at == nil
        guard heldCommit != nil || evenIfUnknown && isUnknown else { return [] }
        endHold(at: now)
        try save(of: branch, in: database)
        return [.branch(branch, self)]
    }

    /// Adopts the newer ones of the decisions, which the disk did not have. A push that has arrived since the hold ends it, unless
    /// only an operator does.
    mutating func recall(_ stored: Decisions, of branch: WatchedBranch, in database: Database) throws {
        let known = decisions.hold
        recall(stored)
        guard decisions.hold != known, let hold = decisions.hold.value, hold.until == .push else { return }
        for push in try DeploymentQueue.pushes(of: branch).fetchAll(database, limit: Hold.limit)
        where push.request.requestedBy == nil {
            let delivery = try push.request.delivery.flatMap { try Delivery.summary($0, in: database) }
            let time = delivery.flatMap { $0.push?.pushed(before: $0.receivedAt) }
            // Without its time, a push of a commit that the operator left does not count.
            if time == nil, hold.leaving.contains(push.commit) { continue }
            if restoredHold(since: time ?? push.queuedAt) == nil { return endHold(at: time ?? push.queuedAt) }
        }
    }

    /// Remembers the head that GitHub reported. It is not published, because no other part waits for it.
    static func note(head: CommitID, of branch: WatchedBranch, in database: Database) throws {
        var state = try BranchState.fetch(of: branch, in: database)
        guard state.head != head else { return }
        state.head = head
        try state.save(of: branch, in: database)
    }

    func save(of branch: WatchedBranch, in database: Database) throws {
        let change = decisions.pause.value?.change
        let statement = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO branch_state
                (owner, repository, branch, hook_id, is_hook_removed, hook_removed_at, is_paused, paused_at, held_at,
                held_since, held_from, held_by, held_deployment, repository_id, repository_since, repository_name, head,
                pause_reason, paused_by, paused_until, pause_since, pause_changed_by, held_until, hold_reason, hold_author)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let values: StatementArguments = [
            hookID, isHookRemoved, decisions.hookRemoval.at?.timeIntervalSince1970, isPaused,
            decisions.pause.at?.timeIntervalSince1970, heldCommit?.description,
            decisions.hold.at?.timeIntervalSince1970,
            try decisions.hold.value.map { try JSONColumn.encode($0.leaving) },
            decisions.hold.value?.cause?.rawValue, holdDeployment, repositoryID,
            decisions.repository.at?.timeIntervalSince1970, repositoryName?.description, head?.description,
            pause?.reason, pause?.by, pause?.until?.timeIntervalSince1970, change?.pausedAt?.timeIntervalSince1970,
            change?.by, hold?.until.rawValue, hold?.reason, hold?.by,
        ]
        try statement.execute(arguments: BranchKey(of: branch).arguments + values)
    }
}
