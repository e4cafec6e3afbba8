/// The decision about the head of the branch that GitHub reports.
package enum HeadDecision: Equatable, Sendable {
    /// The newest deployment is of this commit already.
    case known
    /// Not deployed until the branch moves or an operator deploys it.
    case blocked(HeadBlock)
    /// No delivery announced it, or the disk was lost: it is to be deployed.
    case missed

    /// The deployments that matter to the decision.
    package struct History: Sendable {
        /// The branch's newest deployment that was neither superseded nor interrupted; nil on a new disk.
        package let newest: Deployment?
        /// The head's newest one that was neither superseded nor interrupted.
        package let last: Deployment?
        /// Whether the head was ever queued, whatever came of it.
        package let wasSeen: Bool
        /// Whether pushes to other commits were queued after `last`.
        package let hasMovedSince: Bool
        package let state: BranchState

        package init(
            newest: Deployment? = nil, last: Deployment? = nil, wasSeen: Bool = false, hasMovedSince: Bool = false,
            state: BranchState = BranchState()
        ) {
            self.newest = newest
            self.last = last
            self.wasSeen = wasSeen
            self.hasMovedSince = hasMovedSince
            self.state = state
        }

        /// The history as it will be after the end of the hold.
        var withoutHold: History {
            var state = state
            state.decisions.hold = .init(nil)
            return History(newest: newest, last: last, wasSeen: wasSeen, hasMovedSince: hasMovedSince, state: state)
        }

        /// Whether the branch pointed elsewhere before, so that pointing at this head is a push.
        fileprivate func isMove(to head: CommitID) -> Bool {
            state.head.map { $0 != head } ?? (hasMovedSince && state.hold == nil)
        }

        /// The hold, if it was there after the branch pointed at this head.
        fileprivate func hold(of head: CommitID) -> HoldSummary? {
            let wasLeft = state.decisions.hold.value?.leaving.contains(head) == true
            return wasSeen || wasLeft || state.head == head ? state.hold : nil
        }

        /// While the branch is on hold at another commit, checks that pass do not deploy this one.
        fileprivate func block(byChecksOf failed: Deployment) -> HeadBlock {
            guard let hold = hold(of: failed.commit), hold.commit != failed.commit else {
                return .checks(deployment: failed.id, because: failed.checkFailure)
            }
            return .held(hold)
        }
    }

    /// - Parameter hasReportedFailure: Whether the observer's own commit status reports a failure of the head.
    package static func decide(
        on head: CommitID, given history: History, hasReportedFailure: Bool = false
    ) -> HeadDecision {
        let isMove = history.isMove(to: head)
        if let newest = history.newest, newest.commit == head {
            switch newest.stage {
            case .cancelled: return .blocked(newest.cancellation)
            // The retry was superseded.
            case .failed where newest.retry != nil || isMove: return .missed
            case .failed where newest.isEndedByChecks: return .blocked(history.block(byChecksOf: newest))
            case .failed: return .blocked(.failed(deployment: newest.id))
            default: return .known
            }
        }
        if isMove { return .missed }
        if let last = history.last {
            switch last.stage {
            case .cancelled: return .blocked(last.cancellation)
            case .failed where last.isEndedByChecks: return .blocked(history.block(byChecksOf: last))
            case .failed where last.retry == nil: return .blocked(.failed(deployment: last.id))
            default: break
            }
        }
        if let hold = history.hold(of: head) { return .blocked(.held(hold)) }
        if history.newest == nil, hasReportedFailure { return .blocked(.reportedFailure) }
        return .missed
    }
}

/// Why the head of the branch is not deployed automatically.
package enum HeadBlock: Equatable, Sendable {
    case failed(deployment: Int64)
    /// It never started, because of its checks.
    /// - Parameter cause: nil if a version that did not store it ended the deployment.
    case checks(deployment: Int64, because: Deployment.CheckFailure? = nil)
    case cancelled(deployment: Int64)
    /// An operator did not approve its plan.
    /// - Parameter words: `rejected by ann: wrong size`
    case rejected(deployment: Int64, words: String)
    case held(HoldSummary)
    /// The disk was lost, and the commit status on GitHub reports a failure.
    case reportedFailure
    /// The rules on pushes skip it, and no commit before it is known.
    case skipped(PushSkip)

    /// The deployment whose end is the reason.
    var deployment: Int64? {
        switch self {
        case .failed(let id), .checks(let id, _), .cancelled(let id), .rejected(let id, _): id
        case .held, .reportedFailure, .skipped: nil
        }
    }

    /// The reason and what to do, for an operator.
    /// - Parameters:
    ///   - isHead: Otherwise it is the commit that should run because the rules on pushes skip the head.
    ///   - isPartial: Whether a deployment of it has changed something that was not undone.
    package func sentence(of commit: CommitID, isHead: Bool = true, isPartial: Bool = false) -> String {
        let state = isPartial && !isHeld ? "was not deployed successfully" : "is not deployed"
        guard !isHead else { return "Head \(commit.short) \(state): \(reason). \(remedy)" }
        let command = remedy.replacing("'observer deploy'", with: "'observer deploy \(commit.short)'")
        return "Commit \(commit.short) \(state): \(reason). \(command)"
    }

    private var isHeld: Bool {
        if case .held = self { true } else { false }
    }

    private var reason: String {
        switch self {
        case .failed(let id): "deployment \(id) failed, and it is not retried until the branch moves"
        case .checks(_, let cause): (cause ?? .failed).words
        case .cancelled(let id): "deployment \(id) was cancelled, and it is not retried until the branch moves"
        case .rejected(let id, let words): "deployment \(id) was \(words)"
        case .held(let hold): "the branch is on hold at \(hold.summary)"
        case .reportedFailure: "GitHub shows that its deployment failed"
        case .skipped(let skip): skip.reason
        }
    }

    private var remedy: String {
        switch self {
        case .failed, .reportedFailure: "Push a fix, or run 'observer deploy' to try it again."
        case .checks(let id, .unread?):
            "It is deployed once they can be read and have passed; deployment \(id) shows the reason."
        case .checks(_, .unrequired?):
            "It is deployed once the branch requires checks and they have passed: protect it on GitHub, or name the "
                + "checks in -require-checks."
        case .checks: "It is deployed once they pass; push a fix, or run the checks again."
        case .cancelled, .rejected, .skipped: "Push again, or run 'observer deploy' to deploy it."
        case .held(let hold):
            (hold.until == .push ? "Push again, or run" : "Run") + " 'observer resume' to end the hold."
        }
    }
}

extension Deployment {
    /// Why it was cancelled: an operator rejected its plan, or ended it otherwise.
    fileprivate var cancellation: HeadBlock {
        guard let ending, case .rejected = ending else { return .cancelled(deployment: id) }
        var words = ending.words.headline
        while words.last == "." { words.removeLast() }
        return .rejected(deployment: id, words: words)
    }
}
