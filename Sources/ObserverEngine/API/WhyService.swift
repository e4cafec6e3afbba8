import Foundation

/// Answers why an app runs what it runs, and why a commit does or does not run.
package struct WhyService: Sendable {
    /// The deployments that are searched for the app.
    private static let searched = 100

    let store: Store
    let status: BranchStatus
    let apps: AppsService
    let commits: CommitResolver

    package init(store: Store, status: BranchStatus, apps: AppsService, commits: CommitResolver) {
        self.store = store
        self.status = status
        self.apps = apps
        self.commits = commits
    }

    /// - Parameter name: The ID of the app; the slash at its beginning may be missing.
    /// - Throws: `ControlError`, store errors.
    func history(of name: String) async throws -> AppHistory {
        let deployments = try await store.deployments(of: status.branch, limit: Self.searched)
        let report = await apps.report()
        let running = report.apps
        let ids = name.hasPrefix("/") ? [name] : [name, "/\(name)"]
        let id = ids.first { id in
            running.contains { $0.id == id } || deployments.contains { $0.change(of: id) != nil }
        }
        guard let id else { throw ControlError.missing(Self.sentence(onUnknown: name.printable, report, deployments)) }
        var history = AppHistory(id: id, app: running.first { $0.id == id }, deployments: deployments)
        if let id = history.cause?.summary.id { history.cause?.actions = try await store.audit(of: id) }
        if let delivery = deployments.delivery(of: history.cause?.summary) {
            history.delivery = try await store.delivery(delivery).map { DeliverySummary($0) }
        }
        let isUnread = report.isSupported && report.readAt == nil && report.apps.isEmpty
        history.problem = report.problem ?? (isUnread ? "The apps are read after the first success." : nil)
        let head = try await store.branchState(of: status.branch).head
        if deployments.areBehind(head) { history.obstacles = status.engine.obstacles }
        return history
    }

    private static func sentence(
        onUnknown name: String, _ report: AppsReport, _ deployments: [Deployment]
    ) -> String {
        if deployments.isEmpty { return "\(name) is not known: this observer has not deployed anything yet." }
        let changed = "was not changed by the last \(searched) deployments"
        if !report.isSupported { return "\(name) \(changed), and the target does not report its apps." }
        if report.isCurrent || report.problem == nil && !report.apps.isEmpty {
            return "\(name) is not running and \(changed). 'observer apps' lists the apps."
        }
        return "\(name) \(changed); whether it is running is not known\(report.problem.map { ". \($0)" } ?? " yet.")"
    }
}

extension EngineState {
    /// Sentences: why a newer commit is not deployed now.
    fileprivate var obstacles: [String] {
        [
            pause.map { $0.sentenceWithEnd.capitalizedSentence },
            hold.map { "The branch is on hold at \($0.summary) \($0.until.words)." },
            // A hold blocks the head, too.
            hold == nil ? blocked : nil, problem,
        ].compactMap(\.self)
    }
}

extension AppHistory {
    /// - Parameter deployments: Newest first.
    init(id: String, app: AppSummary?, deployments: [Deployment]) {
        self.init(id: id, app: app) { history in
            let cause = history.isUnlabelled ? nil : deployments.firstIndex { $0.isCause(of: id, at: app?.commit) }
            history.changes = deployments.filter(\.wasApplied).compactMap { deployment in
                deployment.change(of: id).map {
                    Entry(deployment: DeploymentSummary(deployment), change: $0)
                }
            }
            // Someone else created an app without labels, or with those of another one.
            let creation = history.isUnlabelled || history.isCopy ? app?.since : nil
            history.newer = deployments.prefix(cause ?? deployments.count)
                .prefix { deployment in creation.map { deployment.queuedAt > $0 } ?? true }
                .map { DeploymentSummary($0) }
            guard let cause else { return }
            history.cause = DeploymentDetail(deployments[cause], expectedSeconds: nil, actions: [])
            history.attempts = deployments[(cause + 1)...]
                .prefix { $0.commit == deployments[cause].commit && $0.stage != .succeeded }
                .reversed().map { DeploymentSummary($0) }
        }
    }
}

extension [Deployment] {
    /// Whether there is a newer commit than that of the last success.
    /// - Parameter head: The head of the branch; nil if it is not known.
    fileprivate func areBehind(_ head: CommitID?) -> Bool {
        let last = first { $0.stage == .succeeded }
        return contains { !$0.stage.isFinal } || head == nil || head != last?.commit
    }

    /// The push of the deployment's commit. A correction of drift was not caused by a push.
    fileprivate func delivery(of cause: DeploymentSummary?) -> Int64? {
        guard let cause else { return nil }
        return cause.delivery
            ?? lazy.filter { $0.commit.description == cause.commit }.compactMap(\.request.delivery).first
    }
}

extension Deployment {
    /// Whether its plan was applied, even if that was undone.
    fileprivate var wasApplied: Bool {
        stage == .succeeded || leavesChanges || !externalIDs.isEmpty || progress != nil
    }

    /// Whether it last changed the app and its changes were not undone.
    /// - Parameter label: The commit in the label of the app; nil if that is not known, so that only a success counts.
    fileprivate func isCause(of id: String, at label: String?) -> Bool {
        guard change(of: id) != nil else { return false }
        guard let label else { return stage == .succeeded }
        return (stage == .succeeded || leavesChanges) && commit.description == label
    }

    /// How it changes the app; nil if it leaves it alone.
    fileprivate func change(of id: String) -> AppChange? {
        changes.first { $0.appID == id && [.created, .updated, .removed].contains($0.kind) }
    }
}
