import Foundation

/// Inspects and changes the state of Marathon directly, without the API.
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

    /// Sets the behaviour of the tasks of an app, starting with their next launch.
    package func setBehaviour(_ behaviour: MarathonBehaviour, of app: String) {
        change { world, _ in world.behaviours[PathID.absolute(app)] = behaviour }
    }

    /// Adds a running app, as if another user had deployed it.
    package func createApp(_ definition: JSON) {
        change { world, now in world.addRunningApp(definition, at: now) }
    }

    /// Scales an app, as another user would.
    package func scale(_ app: String, to instances: Int) throws {
        let change: JSON = ["instances": .integer(instances)]
        _ = try self.change { world, now in
            try world.put([(PathID.absolute(app), change)], partially: true, force: false, at: now)
        }
    }

    /// Locks an app with the deployment of another user. Returns the ID of the deployment.
    @discardableResult
    package func lock(_ app: String) -> String {
        change { world, now in world.lock(PathID.absolute(app), at: now) }
    }

    /// Cancels a deployment, as the user who started it would.
    package func unlock(_ deployment: String) {
        change { world, now in world.cancel(deployment, at: now) }
    }

    /// Drops every deployment, as a restart without persistent state would.
    package func loseDeployments() {
        change { world, _ in world.dropDeployments() }
    }

    /// Without a leader, every request gets a 503 page.
    package func setLeaderless(_ isLeaderless: Bool) {
        change { world, _ in world.isLeaderless = isLeaderless }
    }

    package func dropEventStreams() { events.dropAll() }

    /// Drops events and heartbeats without closing the streams.
    package func stallEvents(_ isStalled: Bool = true) { events.setStalled(isStalled) }

    /// Sends arbitrary text to every event stream.
    package func sendRaw(toEventStreams text: String) { events.send(Array(text.utf8)) }

    /// Waits until Marathon's state satisfies the condition.
    @discardableResult
    package func wait<Result: Sendable>(
        for what: String,
        timeout: Duration = .testTimeout,
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

    /// Waits until an app exists, is ready, and is not part of a deployment.
    @discardableResult
    package func waitUntilReady(_ app: String, timeout: Duration = .testTimeout) async throws -> SimulatedApp {
        let id = PathID.absolute(app)
        return try await wait(for: "\(id) to be ready", timeout: timeout) { world in
            guard let app = world.apps[id], app.isReady, world.deployments(of: id).isEmpty else { return nil }
            return app
        }
    }

    /// Waits until an app does not exist any more.
    package func waitUntilGone(_ app: String, timeout: Duration = .testTimeout) async throws {
        let id = PathID.absolute(app)
        try await wait(for: "\(id) to be gone", timeout: timeout) { $0.apps[id] == nil ? true : nil }
    }
}
