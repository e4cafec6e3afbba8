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
        guard let id else {
            throw ControlError.missing(
                "\(name.printable) is not running and was not changed by the last \(Self.searched) deployments. "
                    + "'observer apps' lists the apps.")
        }
        var history = AppHistory(id: id, app: running.first { $0.id == id }, deployments: deployments)
        if let id = history.cause?.summary.id { history.cause?.actions = try await store.audit(of: id) }
        if let delivery = deployments.delivery(of: history.cause?.summary) {
            history.delivery = try await store.delivery(delivery).map { DeliverySummary($0) }
        }
        history.problem = report.problem
        let engine = status.engine
        history.obstacles = [
            engine.pause.map { "Deployments are \($0.words)." },
            engine.hold.map { "The branch is on hold at \($0.summary) \($0.until.words)." },
            engine.blocked, engine.problem,
        ].compactMap(\.self)
        return history
    }
}

extension AppHistory {
    /// - Parameter deployments: Newest first.
    init(id: String, app: AppSummary?, deployments: [Deployment]) {
        let cause = deployments.firstIndex { $0.stage == .succeeded && $0.change(of: id) != nil }
        self.init(id: id, app: app) { history in
            history.changes = deployments.compactMap { deployment in
                deployment.change(of: id).map {
                    Entry(deployment: DeploymentSummary(deployment), change: $0)
                }
            }
            history.newer = deployments.prefix(cause ?? deployments.count)
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
    /// The push of the deployment's commit. A correction of drift was not caused by a push.
    fileprivate func delivery(of cause: DeploymentSummary?) -> Int64? {
        guard let cause else { return nil }
        return cause.delivery
            ?? lazy.filter { $0.commit.description == cause.commit }.compactMap(\.request.delivery).first
    }
}

extension Deployment {
    /// How it changes the app; nil if it leaves it alone.
    fileprivate func change(of id: String) -> AppChange? {
        changes.first { $0.appID == id && [.created, .updated, .removed].contains($0.kind) }
    }
}
