import ObserverEngine
import Simulators
import Testing

@Suite("The output of tasks in Marathon")
struct TaskOutputTests {
    @Test("it is read from the agent, both streams, the last lines only, without secrets")
    func output() async throws {
        try await withMesosAgent { agent in
            var setup = ObserverSetup { $0.flags[.mesosAgentPort] = "\(agent.port)" }
            setup.simulators.marathon.agentHost = "127.0.0.1"
            try await withObserver(setup) { world in
                try await world.deploy()
                let task = try #require(world.marathon.app("/helloworld")?.tasks.first).id
                let token = GitHubSimulator.Token.standard.value
                agent.write("one\ntwo\nthree \(token)\n", to: "stdout", of: task)
                agent.write("", to: "stderr", of: task)
                let output = try await world.control().output(of: "helloworld", lines: 2)
                #expect(output.map(\.instance) == [task, task])
                #expect(output.map(\.stream) == ["stdout", "stderr"])
                #expect(output.first?.lines.first == "two")
                #expect(output.first?.lines.last?.hasPrefix("three ") == true)
                #expect(output.allSatisfy { !$0.lines.joined().contains(token) && $0.problem == nil })
            }
        }
    }

    @Test("of a long file, only the end is read")
    func long() async throws {
        try await withMesosAgent { agent in
            var setup = ObserverSetup { $0.flags[.mesosAgentPort] = "\(agent.port)" }
            setup.simulators.marathon.agentHost = "127.0.0.1"
            try await withObserver(setup) { world in
                try await world.deploy()
                let task = try #require(world.marathon.app("/helloworld")?.tasks.first).id
                let lines = (1...60_000).map { "line \($0)" }.joined(separator: "\n")
                agent.write(lines, to: "stdout", of: task)
                let output = try await world.control().output(of: "/helloworld", lines: 1000)
                #expect(output.first?.lines.count == 1000)
                #expect(output.first?.lines.last == "line 60000")
                let read = agent.requests(.get, "/files/read").compactMap { $0.query("length") }
                #expect(read.allSatisfy { (Int($0) ?? 0) <= 256 * 1024 })
            }
        }
    }

    @Test("an agent that can't be reached, and an app without tasks, are explained")
    func problems() async throws {
        var setup = ObserverSetup { $0.flags[.mesosAgentPort] = "1" }
        setup.simulators.marathon.agentHost = "127.0.0.1"
        try await withObserver(setup) { world in
            let client = try await world.control()
            let early = try await refusal { try await client.output(of: "helloworld", lines: 10) }
            #expect(early?.status == 422)
            try await world.deploy()
            let output = try await client.output(of: "helloworld", lines: 10)
            #expect(output.first?.problem?.hasPrefix("The agent at http://127.0.0.1:1 does not answer: ") == true)
            let unknown = try await refusal { try await client.output(of: "nothing", lines: 10) }
            #expect(unknown?.description == "nothing has no instances; see 'observer apps'.")
        }
    }
}
