import Foundation

/// Turns what the target runs into the report on it.
struct AppsReading {
    let inspected: InspectedApps
    /// The newest deployments of the branch after the target was read, newest first.
    let history: [Deployment]
    /// The same before it was read.
    let historyBefore: [Deployment]
    /// The last success before it was read.
    let last: Deployment?
    let policy: DriftPolicy
    /// When the first difference of each app that drifts was found, also before a restart.
    var since: [String: Date] = [:]

    func report(after previous: AppsReport, at now: Date) -> AppsReport {
        var report = apps(after: previous, at: now)
        // One that is being applied may not have changed anything yet.
        report.changedBy = historyBefore.first { $0.stage == .waiting }?.id
        guard !inspected.isReported else { return report }
        // The result of a deploy command can be checked, but not read.
        (report.readAt, report.check) = (nil, inspected.check)
        report.isSupported = !report.apps.isEmpty
        report.note(lastDeployed: last, history: history)
        return report
    }

    private func apps(after previous: AppsReport, at now: Date) -> AppsReport {
        let running = running
        let known = history.first { $0.commit == running }
        return AppsReport(
            running: running.map { commit in
                PlanReport.Commit(
                    id: commit.description, message: known?.request.commit.message?.firstLine,
                    author: known?.request.commit.author)
            },
            since: since(of: running),
            apps: inspected.apps.map { app in
                var app = app
                // The specs of a running deployment are not known yet.
                if let deploying, app.commit == deploying.commit.description { app.isOrphaned = false }
                app.drift = drift(of: app, before: previous.apps.first { $0.id == app.id }?.drift, at: now)
                return app
            },
            readAt: now)
    }

    private var running: CommitID? {
        RunningCommit.decide(found: inspected.running, last: last, history: history, deploying: deploying)
    }

    private func since(of running: CommitID?) -> Date? {
        if running == last?.commit { return last?.runningSince(history) }
        if running == inspected.running?.commit { return inspected.running?.changedAt }
        // A deployment left it, and another one is replacing it.
        return history.first { $0.commit == running && $0.stage.isFinal }?.finishedAt
    }

    private func drift(of app: AppSummary, before: AppSummary.Drift?, at now: Date) -> AppSummary.Drift? {
        guard isCompared else { return app.commit == deploying?.commit.description ? nil : before }
        guard var drift = policy.relevant(app.drift), !isExcused(app) else { return nil }
        drift.since = since[app.id] ?? before?.since ?? now
        return drift
    }

    /// Whether the apps are compared with the specs of the last success. A deployment of another commit is meant to change
    /// apps; afterwards they are compared with its specs.
    var isCompared: Bool {
        inspected.isReported && (!isDeploying || deploying.map { $0.commit == last?.commit } == true)
    }

    /// Also if a deployment ended, or started and ended, while the target was read.
    var isDeploying: Bool {
        let (before, after) = (Self.started(historyBefore), Self.started(history))
        return after.values.contains { !$0.isFinal } || before != after
    }

    /// The stages of the deployments that have started.
    private static func started(_ history: [Deployment]) -> [Int64: Deployment.Stage] {
        Dictionary(uniqueKeysWithValues: history.map { ($0.id, $0.stage) }).filter { $0.value != .queued }
    }

    /// A deployment that was running before or after the target was read.
    private var deploying: Deployment? {
        (history + historyBefore).first(where: \.isRunning)
    }

    /// Whether a deployment left the app like this without success, so that it was not changed by hand. A correction of
    /// drift leaves such apps alone.
    private func isExcused(_ app: AppSummary) -> Bool {
        history.prefix { $0.stage != .succeeded || $0.request.trigger == .drift }.contains {
            $0.stage != .queued && $0.commit != last?.commit && $0.commit.description == app.commit
        }
    }
}

extension AppsReport {
    /// As long as the target has not reported what it runs, only the last success is known, or what was left since then.
    /// - Parameter history: The deployments of the branch, newest first.
    mutating func note(lastDeployed success: Deployment?, history: [Deployment] = []) {
        guard readAt == nil, let last = history.leftover ?? success else { return }
        running = PlanReport.Commit(id: last.commit.description, message: last.request.commit.message?.firstLine)
        since = last.runningSince(history)
    }
}

extension Deployment {
    /// Since when the commit of the last success has been running: it may have been deployed again, which changed nothing or corrected
    /// single apps.
    /// - Parameter history: The deployments of the branch, newest first.
    fileprivate func runningSince(_ history: [Deployment]) -> Date? {
        let successes = history.filter { $0.stage == .succeeded && $0.id <= id }.prefix { $0.commit == commit }
        let change = successes.first { $0.request.trigger != .drift && $0.changes.contains(where: \.isEffective) }
        return (change ?? successes.last)?.finishedAt ?? finishedAt
    }
}
