import ObserverEngine
import Simulators
import Testing

@Suite("The output of a task that is on no agent yet")
struct UnplacedTaskTests {
    @Test("followed, it begins once the task has an agent, and the wait for that is not reported as a problem")
    func followed() async throws {
        try await withMesosAgent { agent in
            var setup = ObserverSetup { $0.flags[.mesosAgentPort] = "\(agent.port)" }
            setup.simulators.marathon.agentHost = "127.0.0.1"
            let observed = setup
            try await withObserver(observed) { world in
                try await world.deploy()
                let task = try #require(world.marathon.app("/helloworld")?.tasks.first).id
                agent.write("one\n", to: "stdout", of: task)
                agent.write("", to: "stderr", of: task)
                let path = "/v2/apps/helloworld"
                let before = world.marathon.requests(.get, path).count
                let body = #"{"app":{"id":"/helloworld","tasks":[{"id":"\#(task)"}]}}"#
                world.marathon.inject(
                    Fault(.get, path, effect: .status(200, headers: ["Content-Type": "application/json"], body: body)))
                try await withTimeout(.testTimeout) {
                    var output = try await FollowedOutput(
                        of: "helloworld", lines: 10, through: try await world.control())
                    while world.marathon.requests(.get, path).count == before {
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    world.marathon.clearFaults()
                    guard case .output(let first) = try await output.event() else {
                        Issue.record("no output")
                        return
                    }
                    #expect(first.problem == nil && first.lines == ["one"])
                }
            }
        }
    }
}
