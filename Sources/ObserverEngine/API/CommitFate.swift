/// Decides why a commit runs or does not.
struct CommitFate: Equatable {
    /// Everything that the observer knows about the commit.
    struct Facts {
        let commit: CommitID
        /// The name of the watched branch.
        var branch: String?
        /// Its deployments, newest first.
        var deployments: [Deployment] = []
        /// Its deliveries, newest first.
        var deliveries: [DeliverySummary] = []
        /// Why the rules on pushes skip it; nil if they do not.
        var skip: PushSkip?
        /// The commit that should run instead of a skipped one.
        var wanted: CommitID?
        /// The newest success of the branch.
        var last: Deployment?
        /// The first success of another commit after the last success of this one.
        var replacement: Deployment?
        var apps = AppsReport()
        var hold: HoldSummary?
        var isPaused = false
        /// Why nothing can be deployed now, as a sentence.
        var problem: String?
        /// Whether it is the head of the branch as far as that is known.
        var isHead = false
        /// Why the head of the branch is not deployed.
        var blocked: String?
    }

    let state: CommitHistory.State
    let answer: String

    private init(_ state: CommitHistory.State, _ answer: String) {
        self.state = state
        self.answer = answer
    }

    init(_ facts: Facts) {
        let newest = facts.deployments.first
        if let running = facts.deployments.first(where: \.isRunning) {
            self.init(inProgress: running, facts)
        } else if let newest, !newest.stage.isFinal {
            self.init(inProgress: newest, facts)
        } else if newest == nil, facts.runs {
            self.init(.running, "It runs. This observer has no record of its deployment.")
        } else if let last = facts.last, last.commit == facts.commit {
            self.init(lastDeployed: last, facts)
        } else if facts.runs {
            self.init(runningWithoutSuccess: facts)
        } else if let newest {
            self.init(ended: newest, facts)
        } else {
            self.init(withoutDeployment: facts)
        }
    }

    private init(inProgress row: Deployment, _ facts: Facts) {
        let id = "Deployment \(row.id)"
        guard row.stage == .queued else {
            let words =
                row.isGivenUp
                ? "is being rolled back: \(row.outcome ?? "")" : "is running\(row.trouble.map { ": \($0)" } ?? "")"
            self.init(.deploying, "\(id) \(words)".asSentence)
            return
        }
        if let due = row.notBefore {
            // A rule may forbid it for longer.
            let reason = row.wait.map { ": \($0.sentence); " } ?? " until \(due.rfc3339): "
            self.init(.waiting, "\(id) waits\(reason)\(facts.retriedFailure(by: row))".asSentence)
            return
        }
        let obstacle = facts.isPaused ? "deployments are paused" : facts.problem
        let reason = row.wait?.sentence ?? obstacle ?? "another one is running or about to start"
        let needsApproval = row.wait?.rule == .approval
        let remedy = needsApproval ? " Run 'observer approve \(row.id)' or 'observer reject \(row.id)'." : ""
        self.init(.waiting, "\(id) waits: \(reason)".asSentence + remedy)
    }

    /// It runs, but the last success is of another commit, or there is none.
    private init(runningWithoutSuccess facts: Facts) {
        let last = facts.last?.id ?? 0
        guard let row = facts.deployments.first(where: { $0.leavesChanges && $0.id > last }) else {
            self.init(.running, "It runs." + facts.failure(after: last))
            return
        }
        let remedy = facts.isHead ? " Run 'observer deploy' to try it again." : ""
        let end = "deployment \(row.id) \(row.stage.predicate): its changes were not undone."
        self.init(.running, "It runs, although \(end)\(remedy)")
    }

    private init(lastDeployed last: Deployment, _ facts: Facts) {
        let failure = facts.failure(after: last.id)
        if facts.apps.problem != nil {
            let sentence = "Deployment \(last.id) deployed it last. It is unknown whether it is running."
            self.init(.deployed, sentence + failure)
        } else if facts.apps.readAt == nil {
            let health = facts.apps.check.map { $0.isHealthy ? " It is healthy." : " It is not healthy." }
            self.init(.deployed, "Deployment \(last.id) deployed it last.\(health ?? "")" + failure)
        } else if facts.runs {
            self.init(.running, "It runs." + failure)
        } else {
            let sentence = "Deployment \(last.id) deployed it last, but the target runs something else."
            self.init(.replaced, sentence + (failure.isEmpty ? facts.headObstacle : failure))
        }
    }

    private init(ended row: Deployment, _ facts: Facts) {
        if let success = facts.deployments.first(where: { $0.stage == .succeeded }), row.stage != .failed {
            self.init(replaced: success, facts)
            return
        }
        // A deploy command does not report what runs.
        let mayRun = row.leavesChanges && facts.apps.readAt == nil
        let start = "\(mayRun ? "It may run, at least in part" : "It does not run"): deployment \(row.id)"
        let outcome = (row.outcome ?? "").asSentence
        let obstacle = facts.headObstacle
        switch row.stage {
        case .failed where row.isEndedByChecks:
            self.init(.failed, "\(start) failed: \(outcome)\(facts.remedy(ofChecksOf: row))")
        case .failed:
            let remedy = facts.isHead ? " Run 'observer deploy' to try it again." : ""
            self.init(.failed, "\(start) failed: \(outcome)\(row.failedRetries)\(remedy)")
        case .cancelled:
            let remedy = facts.isHead ? " Push again, or run 'observer deploy' to deploy it." : ""
            let end = row.rejection.map { "was \($0)".asSentence } ?? "was cancelled: \(outcome)"
            self.init(.cancelled, "\(start) \(end)\(remedy)")
        case .interrupted: self.init(.blocked, "\(start) was interrupted: \(outcome)\(obstacle)")
        default:
            let verb = row.isReplaced ? "was " : "was superseded: "
            self.init(.superseded, "\(start) \(verb)\(outcome)\(obstacle)")
        }
    }

    private init(replaced success: Deployment, _ facts: Facts) {
        let end =
            facts.replacement.map { newer in
                let cause = newer.request.trigger == .rollback ? " (\(DeploymentSummary(newer).cause))" : ""
                return "deployment \(newer.id)\(cause) deployed \(newer.commit.short)"
            } ?? "a newer deployment"
        self.init(.replaced, "It ran after deployment \(success.id), until \(end).\(facts.headObstacle)")
    }

    private init(withoutDeployment facts: Facts) {
        if let skip = facts.skip {
            let wanted =
                facts.wanted.map { " The last commit that needed a deployment, \($0.short), should run." }
                ?? " No commit before it is known."
            let hold = facts.hold.map { " The branch is on hold at \($0.summary) \($0.until.words)." }
            self.init(
                .skipped,
                "It needs no deployment: \(skip.reason).\(hold ?? wanted) "
                    + "Run 'observer deploy \(facts.commit.short)' to deploy it.")
        } else if facts.isHead, let blocked = facts.blocked {
            self.init(facts.hold == nil ? .blocked : .held, blocked)
        } else if let delivery = facts.deliveries.first, let other = delivery.branch, other != facts.branch {
            self.init(.skipped, "Its push was ignored: branch \(other) is not watched.")
        } else if let delivery = facts.deliveries.first {
            let reason = delivery.reason.map { ": \($0)" } ?? ""
            let isHeld = facts.hold != nil && delivery.verdict == .accepted
            let sentence = "Its push was \(delivery.verdict.rawValue), and not deployed\(reason)".asSentence
            self.init(isHeld ? .held : .blocked, sentence)
        } else if let hold = facts.hold, facts.isHead {
            self.init(.held, "It is not deployed: the branch is on hold at \(hold.summary) \(hold.until.words).")
        } else {
            self.init(
                .unknown,
                "This observer received no push of it and has not deployed it"
                    + (facts.isHead ? " yet." : "; it is not the head of the branch, either."))
        }
    }
}

extension CommitFate.Facts {
    /// Whether the target reports that the commit runs.
    fileprivate var runs: Bool { apps.isCurrent && apps.running?.id == commit.description }

    /// Sentences with a space before them: why the head of the branch is not deployed, and what to do. Empty if the commit
    /// is not the head, or nothing is known to block it.
    fileprivate var headObstacle: String {
        guard isHead else { return "" }
        let reason = blocked ?? hold.map { "The branch is on hold at \($0.summary) \($0.until.words)." }
        return reason.map { " \($0)" } ?? ""
    }

    /// A sentence with a space before it: how the newest deployment of the commit ended without success; empty if none did.
    /// A correction of drift does not count if a later one succeeded.
    /// - Parameter last: The ID of the last success of the branch as a whole. A correction of drift may have succeeded since.
    fileprivate func failure(after last: Int64) -> String {
        let corrected = deployments.first { $0.request.trigger == .drift && $0.stage == .succeeded }?.id ?? 0
        let newest = deployments.first { row in
            let isCorrected = row.request.trigger == .drift && row.id < corrected
            return row.stage != .superseded && row.stage != .succeeded && !isCorrected
        }
        guard let newest, newest.id > last else { return "" }
        let end = newest.rejection == nil ? newest.stage.predicate : "was rejected"
        let remedy = isHead && blocked != nil ? " Run 'observer deploy' to try it again." : ""
        return " Deployment \(newest.id) of the same commit \(end) since then.\(newest.failedRetries)\(remedy)"
    }

    /// Sentences with a space before them: whether the commit of a deployment whose checks did not pass may be deployed.
    fileprivate func remedy(ofChecksOf row: Deployment) -> String {
        let isHeld = hold.map { $0.commit != commit } ?? false
        if isHeld { return headObstacle }
        if isHead { return " It is deployed once its checks pass. Push a fix, or run the checks again." }
        if let last, last.id > row.id { return " Since then, \(last.commit.short) was deployed." }
        return " It is deployed once its checks pass, unless a newer commit is deployed first."
    }

    /// Which deployment a retry tries again, and why that failed.
    fileprivate func retriedFailure(by retry: Deployment) -> String {
        guard let failed = deployments.first(where: { $0.retry == retry.id }) else {
            return "it retries the previous deployment, which failed"
        }
        return "it retries deployment \(failed.id), which failed" + (failed.outcome.map { ": \($0)" } ?? "")
    }
}

extension Deployment {
    /// `rejected by ann: wrong size`; nil if no operator rejected its plan.
    fileprivate var rejection: String? {
        guard let ending, case .rejected = ending else { return nil }
        return ending.words.headline
    }

    /// A sentence with a space before it, if it was the last retry and failed; empty otherwise.
    fileprivate var failedRetries: String {
        let isLast = stage == .failed && retry == nil && request.attempt > RetryPlan.limit
        return isLast ? " All \(RetryPlan.limit) retries failed." : ""
    }
}
