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
    /// nil if it does not exist.
    package var app: AppSummary?
    /// The successful deployment that last changed it; nil if it is not among the newest.
    package var cause: DeploymentDetail?
    /// The successful deployment of the commit that it runs, where none is known to have changed it: a deploy command
    /// does not report which apps it changes.
    package var deployedBy: DeploymentSummary?
    /// The push that led to it.
    package var delivery: DeliverySummary?
    /// Earlier deployments of the same commit, which did not succeed, oldest first.
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

    /// Why no known deployment that succeeded explains the app: a sentence. nil where one does.
    package var withoutCause: String? {
        guard cause == nil else { return nil }
        if let deployedBy {
            return "Deployment \(deployedBy.id) of \(deployedBy.commit.prefix(7)) deployed this commit."
        }
        if app?.drift?.kind == .copied {
            return "This observer never deployed it: it has the labels of another app."
        }
        guard let last = changes.first?.deployment, app == nil || last.commit == app?.commit else {
            return app == nil
                ? "No known deployment created it."
                : "No known deployment changed it: it is older than those, or someone else deployed it."
        }
        let end = last.stage.isFinal ? "which was not successful (\(last.stage.rawValue))" : "which is in progress"
        return "Deployment \(last.id) of \(last.commit.prefix(7)) changed it last, \(end)."
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
        guard cause == nil, changes.isEmpty, let commit = self.app?.commit,
            let index = newer.firstIndex(where: { $0.stage == .succeeded && $0.commit == commit })
        else { return }
        deployedBy = newer[index]
        newer = Array(newer[..<index])
    }
}
