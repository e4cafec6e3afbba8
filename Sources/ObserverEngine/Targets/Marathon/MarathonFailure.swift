/// A deployment to Marathon failed although Marathon could be reached.
package enum MarathonFailure: DeploymentFailure {
    /// Marathon rejected app specs.
    case specsRejected([SpecProblem])
    /// A deployment in Marathon that was not started by this observer holds the apps.
    case locked(by: [String], after: Duration)
    case unhealthy([Unhealthy], after: Duration)
    /// Marathon did not respond, so whether the apps are healthy is not known.
    case silent(after: Duration)
    /// Someone else changed the app during the deployment.
    case overridden(appID: String)

    /// An app that did not become healthy in time.
    package struct Unhealthy: Equatable, Sendable, CustomStringConvertible {
        let appID: String
        let readiness: AppReadiness
        let lastTaskFailure: MarathonTaskFailure?
        let launchDelay: String?

        var waitsForOffers: Bool { launchDelay == LaunchQueue.missingOffer && lastTaskFailure == nil }

        package var description: String {
            let outdated = readiness.outdated
            let tasks = outdated == 1 ? "task" : "tasks"
            let previous = outdated > 0 ? "\(outdated) \(tasks) of the previous version still running" : nil
            let work =
                readiness.ready >= readiness.wanted && readiness.isDeploying
                ? "Marathon deployment still in progress" : nil
            let reasons = [previous, work, lastTaskFailure.map { "last task failure \($0)" }, launchDelay]
                .compactMap(\.self)
            return "\(appID): \(readiness.words)" + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))")
        }
    }

    package var callsForRestore: Bool {
        switch self {
        case .unhealthy, .silent: true
        default: false
        }
    }

    package var isExternal: Bool {
        switch self {
        case .locked, .silent: true
        // No agent offers what the apps need.
        case .unhealthy(let apps, _): !apps.isEmpty && apps.allSatisfy(\.waitsForOffers)
        case .specsRejected, .overridden: false
        }
    }

    package var description: String {
        switch self {
        case .specsRejected(let problems): "Marathon rejected \(problems.sentence)"
        case .locked(let holders, let duration):
            "Apps are locked by Marathon deployment \(holders.joined(separator: ", ")) (waited \(duration.brief)). "
                + "See /v2/deployments in Marathon; stop it there, then push again."
        case .unhealthy(let apps, let limit):
            "Not healthy after \(limit.brief): \(apps.map(\.description).joined(separator: "; "))."
        case .silent(let limit):
            "Marathon did not respond for \(limit.brief); app health is unknown. Check Marathon, then deploy again."
        case .overridden(let appID):
            "\(appID) was changed in Marathon by someone else during the deployment; it is not running this commit."
        }
    }
}

extension AppReadiness {
    /// `no task is healthy`, `1 of 3 tasks is healthy`, `all tasks are healthy`
    fileprivate var words: String {
        if ready >= wanted { return "all tasks are healthy" }
        return ready == 0 ? "no task is healthy" : "\(ready) of \(wanted) tasks \(ready == 1 ? "is" : "are") healthy"
    }
}

extension [MarathonFailure.Unhealthy] {
    /// Apps that have failed come first, then those that wait for Marathon, other unhealthy ones, and last the healthy ones
    /// whose previous tasks still run.
    var sortedByCause: Self {
        let order = { (app: Element) in
            if app.readiness.ready >= app.readiness.wanted { return 3 }
            if app.lastTaskFailure != nil { return 0 }
            return app.launchDelay != nil ? 1 : 2
        }
        return (0...3).flatMap { rank in filter { order($0) == rank } }
    }
}

extension MarathonError: DeploymentFailure {
    package var mayHaveChangedTarget: Bool { leavesDoubt || isTransient }
    package var isExternal: Bool {
        switch reason {
        case .unreachable, .unavailable, .credentialsRejected: true
        case .unexpected(let status, _): status >= 500
        case .notFound, .locked, .invalid: false
        }
    }
}

extension MarathonAddress.Unknown: DeploymentFailure {
    package var isExternal: Bool { true }
}

extension MarathonError {
    /// The specs that Marathon rejected. Marathon names an app by its index in the request, `(1)/cmd`, which means nothing
    /// to the author of a spec.
    /// - Parameter applied: What was sent, in its order.
    /// - Returns: nil if a complaint is not about a certain app.
    func problems(of applied: [AppSpec]) -> [SpecProblem]? {
        guard case .invalid(status: 422, _, let complaints) = reason, !complaints.isEmpty else { return nil }
        var problems: [SpecProblem] = []
        for complaint in complaints {
            guard let (index, place) = Self.split(complaint.path), applied.indices.contains(index) else { return nil }
            let spec = applied[index]
            problems.append(
                SpecProblem(
                    file: spec.file, pointer: spec.pointer + place,
                    message: complaint.errors.isEmpty ? "is not valid" : complaint.errors.joined(separator: ", ")))
        }
        return problems
    }

    /// `(1)/healthChecks(0)` is `/healthChecks/0` of app 1.
    private static func split(_ path: String) -> (index: Int, place: String)? {
        guard let match = path.wholeMatch(of: #/\/?\((\d+)\)(.*)/#), let index = Int(match.1) else { return nil }
        let place = match.2.replacing(#/\((\d+)\)/#) { "/\($0.1)" }
        return (index, place == "/" ? "" : String(place))
    }
}
