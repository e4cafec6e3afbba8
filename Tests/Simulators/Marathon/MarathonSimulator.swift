import Foundation

/// Marathon 1.4's REST API and event stream, in front of a world in which deployments take time.
package final class MarathonSimulator: Simulator {
    package let server: SimulatedServer
    package let options: MarathonOptions
    let world: Watched<MarathonWorld>
    let events = EventHub()
    let schema: MarathonSchema?
    private let found = Watched<[String]>([])

    init(_ options: MarathonOptions = MarathonOptions()) async throws {
        self.options = options
        server = try await .bind()
        world = Watched(MarathonWorld(behaviour: options.behaviour, timing: options.timing))
        schema = try SharedFolder.marathonSchema()
    }

    /// Where Marathon is to be found, with the prefix that it has behind Admin Router.
    package var url: String { server.url + options.pathPrefix }

    /// Serves, and lets time pass, until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.server.run { self.respond(to: $0) } }
            group.addTask { try await self.passTime() }
            group.addTask { try await self.sendHeartbeats() }
            try await group.waitForAll()
        }
    }

    /// Changes the world as a request does: first what is due by now, then the change, then its events.
    @discardableResult
    func change<Result: Sendable>(
        _ body: (inout MarathonWorld, Date) throws -> Result
    ) rethrows -> Result {
        try world.change { world in
            let now = Date()
            world.advance(to: now)
            defer {
                world.advance(to: now)
                events.publish(world.takeEvents())
            }
            return try body(&world, now)
        }
    }

    /// Every definition in a request that breaks Marathon's own schema.
    package func violations() -> [String] { found.value }

    func report(_ problems: [String]) {
        found.change { $0 += problems }
    }

    private func passTime() async throws {
        while !Task.isCancelled {
            let deadline = change { world, _ in world.nextDeadline }
            let left = deadline.map { Duration.seconds(max($0.timeIntervalSinceNow, 0)) }
            do {
                _ = try await world.wait(for: "a change", timeout: left) { world in
                    world.nextDeadline == deadline ? nil : true
                }
            } catch is WaitTimeout {
                continue
            }
        }
    }

    private func sendHeartbeats() async throws {
        while true {
            try await Task.sleep(for: options.timing.heartbeat)
            events.send([UInt8(ascii: "\r")])
            events.send([UInt8(ascii: "\n")])
        }
    }
}
