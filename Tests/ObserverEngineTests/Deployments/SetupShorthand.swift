import ObserverEngine
import Simulators

extension ObserverSetup {
    /// With what differs from a plain observer.
    init(_ change: (inout ObserverSetup) -> Void) {
        self.init()
        change(&self)
    }

    /// Gives a deployment so many seconds, and leaves one that fails as it is.
    static func leaving(after seconds: Int) -> ObserverSetup {
        var setup = timeout(seconds)
        setup.flags[.onFailure] = "leave"
        return setup
    }

    /// Gives a deployment so many seconds, and more where everything is slower.
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

    /// The bodies of what was applied at Marathon, app ids only.
    func applied() -> [[String]] {
        marathon.requests(.put, "/v2/apps").filter { $0.status == 200 }.map { request in
            (request.json.array ?? []).compactMap { $0["id"]?.string }
        }
    }
}

/// How the outcome of a deployment begins that was given so many seconds.
func notHealthy(after seconds: Int) -> String { "Not healthy after \(seconds * Slowness.factor) s" }
