import ObserverEngine
import Simulators

extension ObserverSetup {
    /// A plain observer with some differences.
    init(_ change: (inout ObserverSetup) -> Void) {
        self.init()
        change(&self)
    }

    /// Limits the time of a deployment, and leaves failed ones as they are.
    static func leaving(after seconds: Int) -> ObserverSetup {
        var setup = timeout(seconds)
        setup.flags[.onFailure] = "leave"
        return setup
    }

    /// A deployment that makes no progress for a second gives way to a newer one.
    static var impatient: ObserverSetup {
        ObserverSetup { $0.stallTimeout = .seconds(1) }
    }

    /// Limits the time of a deployment, with more time on slow builds.
    static func timeout(_ seconds: Int) -> ObserverSetup {
        ObserverSetup { $0.flags[.deployTimeout] = "\(seconds * Slowness.factor)" }
    }
}

extension World {
    /// Pushes to the branch and waits for the deployment to end.
    @discardableResult
    func deploy(_ files: [String: String?], force: Bool = false) async throws -> Deployment {
        let push = try await gitHub.push(files: files, force: force)
        return try await end(of: push.after)
    }

    /// The log of a deployment, as `verb text`.
    func journal(of deployment: Deployment) async throws -> [String] {
        try await engine.store.log(of: deployment.id).map { "\($0.verb) \($0.text)" }
    }

    /// Whether Marathon was asked for the decisions of operators, and for nothing else.
    var marathonIsUntouched: Bool {
        marathon.requests().allSatisfy { $0.query("label") == "DPLOY_OBSERVER" }
    }

    /// The app ids of each request that was applied in Marathon.
    func applied() -> [[String]] {
        marathon.requests(.put, "/v2/apps").filter { $0.status == 200 }.map { request in
            (request.json.array ?? []).compactMap { $0["id"]?.string }
        }
    }
}

/// The start of the outcome of a deployment that exceeded this limit.
func notHealthy(after seconds: Int) -> String {
    "Not healthy after \(Duration.seconds(seconds * Slowness.factor).brief)"
}
