/// Why an app runs what it runs: the push and the deployment that made it so, and everything that came after.
package struct AppHistory: Codable, Sendable, Equatable {
    /// A deployment that changed the app.
    package struct Entry: Codable, Sendable, Equatable {
        package var deployment: DeploymentSummary
        package var change: AppChange

        package init(deployment: DeploymentSummary, change: AppChange) {
            self.deployment = deployment
            self.change = change
        }
    }

    /// The ID of the app.
    package var id: String
    /// nil if it neither exists nor should exist.
    package var app: AppSummary?
    /// The deployment that last changed it: a success, or one whose changes were not undone. nil if it is not among the
    /// newest, or the app has no commit label.
    package var cause: DeploymentDetail?
    /// The successful deployment of the commit that it runs, where none is known to have changed it: a deploy command
    /// does not report which apps it changes.
    package var deployedBy: DeploymentSummary?
    /// The push that led to it.
    package var delivery: DeliverySummary?
    /// Earlier deployments of the same commit as the cause, which did not succeed, oldest first.
    package var attempts: [DeploymentSummary]
    /// Later deployments, newest first.
    package var newer: [DeploymentSummary]
    /// The deployments that changed it, newest first.
    package var changes: [Entry]
    /// Sentences: why a newer commit is not deployed now.
    package var obstacles: [String]
    /// A sentence: why the present state of the app is not known.
    package var problem: String?

    /// The later deployments that are shown.
    package static let shownNewer = 10

    /// The number of later deployments that are not shown, in words; nil if all are.
    package var olderNewer: String? {
        let count = newer.count - Self.shownNewer
        return count > 0 ? "and \(count) earlier deployment\(count == 1 ? "" : "s")" : nil
    }

    /// Whether it exists. Where it should but does not, `app` describes it, too.
    package var exists: Bool {
        guard let app, app.drift?.kind != .missing else { return false }
        // With `-drift ignore` nothing else shows that it is missing.
        let isUnseen = app.commit == nil && app.since == nil && app.instances.isEmpty && app.healthy == 0
        return !(isUnseen && app.wanted > 0)
    }

    /// Whether it exists without the label that names its commit.
    package var isUnlabelled: Bool {
        guard exists, let app, app.commit == nil else { return false }
        return app.since != nil || !app.instances.isEmpty
    }

    /// Whether it is someone else's app with labels of the observer.
    package var isCopy: Bool { app?.drift?.kind == .copied }

    /// How the cause ended without success, or that it has not ended, in sentences; nil for a success.
    package var causeEnd: String? {
        guard let row = cause?.summary, row.stage != .succeeded else { return nil }
        guard row.stage.isFinal, let outcome = row.outcome, !outcome.isEmpty else {
            return "Deployment \(row.id) \(row.stage.predicate)."
        }
        // "Cancelled by ann."
        let isNamed = outcome.lowercased().hasPrefix(row.stage.rawValue)
        let end = (isNamed ? outcome : "\(row.stage.rawValue): \(outcome)").capitalizedSentence
        return row.leavesChanges && !row.stage.reportsChangesLeft ? "\(end) Its changes were not undone." : end
    }

    /// Why no known deployment explains the app: a sentence. nil where one does.
    package var withoutCause: String? {
        guard cause == nil else { return nil }
        if isCopy { return "It is someone else's app with the observer's labels: this observer never deployed it." }
        if let deployedBy {
            return "Deployment \(deployedBy.id) of \(deployedBy.commit.shortCommit) deployed this commit."
        }
        if isUnlabelled { return sentenceWithoutLabels }
        guard let last = changes.first?.deployment, !exists || last.commit == app?.commit else {
            guard exists else { return "No known deployment created it." }
            let commit = changes.isEmpty ? "" : app?.commit.map { " of \($0.shortCommit)" } ?? ""
            return "No known deployment\(commit) changed it: it is older than the stored deployments, "
                + "or someone else deployed it."
        }
        let end = last.stage.isFinal ? "which was not successful (\(last.stage.rawValue))" : "which is in progress"
        return "Deployment \(last.id) of \(last.commit.shortCommit) changed it last, \(end)."
    }

    /// Why the commit of an app without labels is not known for certain.
    private var sentenceWithoutLabels: String {
        let last = changes.first { $0.deployment.stage == .succeeded || $0.deployment.leavesChanges }
        guard let last, last.change.kind != .removed else {
            return "It was created without the observer, or its labels were removed: its commit is not known."
        }
        let row = last.deployment
        let deployment = "Deployment \(row.id) of \(row.commit.shortCommit)"
        return "\(deployment) changed it last. Since then its labels were removed, or someone else created it again."
    }

    /// - Parameter rest: Sets the remaining fields.
    package init(id: String, app: AppSummary? = nil, _ rest: (inout AppHistory) -> Void = { _ in }) {
        self.id = id
        self.app = app
        attempts = []
        newer = []
        changes = []
        obstacles = []
        rest(&self)
        guard cause == nil, changes.isEmpty, !isCopy, let commit = self.app?.commit,
            let index = newer.firstIndex(where: { $0.stage == .succeeded && $0.commit == commit })
        else { return }
        deployedBy = newer[index]
        newer = Array(newer[..<index])
    }
}
