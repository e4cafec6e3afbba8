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
        } else if let last = facts.last, last.commit == facts.commit || facts.runs {
            self.init(lastDeployed: last, newest, facts)
        } else if facts.runs {
            self.init(.running, "It runs.")
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
        let obstacle = facts.isPaused ? "deployments are paused" : facts.problem
        let reason =
            row.wait?.sentence ?? (row.notBefore == nil ? nil : "it retries the previous deployment, which failed")
            ?? obstacle ?? "another one is running or about to start"
        self.init(.waiting, "\(id) waits: \(reason)".asSentence)
    }

    /// - Parameter newest: The newest deployment of the commit, which may have failed since.
    private init(lastDeployed last: Deployment, _ newest: Deployment?, _ facts: Facts) {
        let failure =
            newest.flatMap { $0.id > last.id && $0.stage != .superseded ? $0 : nil }
            .map { newer in
                let verb = newer.stage == .cancelled ? "was cancelled" : newer.stage.rawValue
                return " Deployment \(newer.id) of the same commit \(verb) since then."
            } ?? ""
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
            self.init(.replaced, sentence + failure)
        }
    }

    private init(ended row: Deployment, _ facts: Facts) {
        let id = "deployment \(row.id)"
        let outcome = (row.outcome ?? "").asSentence
        if let success = facts.deployments.first(where: { $0.stage == .succeeded }), row.stage != .failed {
            let newer = facts.last.map { last in
                let cause = last.request.trigger == .rollback ? " (\(DeploymentSummary(last).cause))" : ""
                return "deployment \(last.id)\(cause) deployed \(last.commit.short)"
            }
            let hold = facts.hold.flatMap { hold -> String? in
                guard facts.isHead else { return nil }
                let reason = hold.reason.map { ", because: \($0)" } ?? ""
                return " The branch is on hold at \(hold.summary) \(hold.until.words)\(reason)".asSentence
            }
            let end = newer ?? "a newer deployment"
            self.init(.replaced, "It ran after deployment \(success.id), until \(end).\(hold ?? "")")
            return
        }
        switch row.stage {
        case .failed where row.isUnchecked:
            let remedy = facts.isHead ? " It is deployed once they pass; push a fix, or run the checks again." : ""
            self.init(.failed, "It does not run: \(id) failed: \(outcome)\(remedy)")
        case .failed:
            let remedy = facts.isHead ? " Run 'observer deploy' to try it again." : ""
            self.init(.failed, "It does not run: \(id) failed: \(outcome)\(remedy)")
        case .cancelled: self.init(.cancelled, "It does not run: \(id) was cancelled: \(outcome)")
        case .interrupted: self.init(.blocked, "It does not run: \(id) was interrupted: \(outcome)")
        default:
            let verb = row.ending == nil ? "was superseded: " : "was "
            self.init(.superseded, "It does not run: \(id) \(verb)\(outcome)")
        }
    }

    private init(withoutDeployment facts: Facts) {
        if let skip = facts.skip {
            let wanted =
                facts.wanted.map { " The commit before it, \($0.short), should run." }
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
}
