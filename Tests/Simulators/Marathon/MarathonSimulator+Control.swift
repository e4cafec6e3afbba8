import Foundation

/// What a test sees of Marathon, and does to it, without asking the API.
extension MarathonSimulator {
    package func app(_ id: String) -> SimulatedApp? {
        change { world, _ in world.apps[PathID.absolute(id)] }
    }

    package func apps() -> [SimulatedApp] {
        change { world, _ in world.apps.values.sorted { $0.id < $1.id } }
    }

    package func deployments() -> [SimulatedDeployment] {
        change { world, _ in world.deployments }
    }

    /// Says what becomes of the tasks of an app from their next launch on.
    package func setBehaviour(_ behaviour: MarathonBehaviour, of app: String) {
        change { world, _ in world.behaviours[PathID.absolute(app)] = behaviour }
    }

    /// Puts an app there that runs already, as if somebody else had deployed it.
    package func createApp(_ definition: JSON) {
        change { world, now in world.place(definition, at: now) }
    }

    /// Holds an app by a deployment of somebody else's; returns its id.
    @discardableResult
    package func lock(_ app: String) -> String {
        change { world, now in world.lock(PathID.absolute(app), at: now) }
    }

    /// Ends a deployment, as the one who started it would.
    package func unlock(_ deployment: String) {
        change { world, now in world.cancel(deployment, at: now) }
    }

    /// Forgets every deployment, as one that comes back without its memory.
    package func loseDeployments() {
        change { world, _ in world.forgetDeployments() }
    }

    /// Without a leader there is only a 503 page.
    package func setLeaderless(_ isLeaderless: Bool) {
        change { world, _ in world.isLeaderless = isLeaderless }
    }

    /// How many clients listen to events.
    package var eventStreams: Int { events.count }

    package func dropEventStreams() { events.dropAll() }

    /// Loses events and heartbeats without closing the streams.
    package func stallEvents(_ isStalled: Bool = true) { events.setStalled(isStalled) }

    /// Sends arbitrary text down every event stream.
    package func sendRaw(toEventStreams text: String) { events.send(Array(text.utf8)) }

    /// Waits until the world satisfies the condition.
    @discardableResult
    package func wait<Result: Sendable>(
        for what: String,
        timeout: Duration = .patience,
        until condition: @escaping @Sendable (MarathonWorld) -> Result?
    ) async throws -> Result {
        try await world.wait(
            for: what,
            timeout: timeout,
            describe: { world in
                world.apps.values.sorted { $0.id < $1.id }.map { app in
                    "\(app.id) (\(app.runningTasks.count) of \(app.instances) running, "
                        + "\(world.deployments(of: app.id).count) deployments)"
                }.joined(separator: ", ")
            },
            until: condition
        )
    }

    /// Waits until an app is there, ready, and in no deployment.
    @discardableResult
    package func waitUntilReady(_ app: String, timeout: Duration = .patience) async throws -> SimulatedApp {
        let id = PathID.absolute(app)
        return try await wait(for: "\(id) to be ready", timeout: timeout) { world in
            guard let app = world.apps[id], app.isReady, world.deployments(of: id).isEmpty else { return nil }
            return app
        }
    }
}
