import ObserverEngine
import Simulators
import Testing

@Suite("The output of tasks in Marathon")
struct TaskOutputTests {
    @Test("it is read from the agent, both streams, the last lines only, without secrets")
    func output() async throws {
        try await withTask { world, agent, task in
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

    @Test("of a long file, only the end is read")
    func long() async throws {
        try await withTask { world, agent, task in
            let lines = (1...60_000).map { "line \($0)" }.joined(separator: "\n")
            agent.write(lines, to: "stdout", of: task)
            let output = try await world.control().output(of: "/helloworld", lines: 1000)
            #expect(output.first?.lines.count == 1000)
            #expect(output.first?.lines.last == "line 60000")
            let read = agent.requests(.get, "/files/read").compactMap { $0.query("length") }
            #expect(read.allSatisfy { (Int($0) ?? 0) <= 256 * 1024 })
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
            #expect(output.first?.problem?.hasPrefix("The agent at http://127.0.0.1:1 does not respond: ") == true)
            let unknown = try await refusal { try await client.output(of: "nothing", lines: 10) }
            #expect(unknown?.description == "There is no app 'nothing'; see 'observer apps'.")
        }
    }

    @Test(
        "followed, it begins with the last lines, continues after a rotation and with the next task, and ends with the app"
    )
    func followed() async throws {
        try await withTask { world, agent, task in
            agent.write("one\ntwo\nthr", to: "stdout", of: task)
            agent.write("", to: "stderr", of: task)
            try await withTimeout(.testTimeout) {
                let client = try await world.control()
                var output = try await FollowedOutput(of: "helloworld", lines: 1, through: client)
                #expect(try await output.next()?.line == "two")
                agent.append("ee\n", to: "stdout", of: task)
                #expect(try await output.next()?.line == "three")
                agent.append("problem\n", to: "stderr", of: task)
                let problem = try #require(try await output.next())
                #expect(problem.line == "problem" && problem.output.stream == "stderr")
                agent.write("new\n", to: "stdout", of: task)
                #expect(try await output.next()?.line == "new")

                try await world.deploy(mem: 64)
                let next = try #require(world.marathon.app("/helloworld")?.tasks.last).id
                #expect(next != task)
                agent.write("begins\n", to: "stdout", of: next)
                agent.write("", to: "stderr", of: next)
                let begins = try #require(try await output.next())
                #expect(begins.line == "begins" && begins.output.instance == next)

                try world.marathon.scale("/helloworld", to: 0)
                var last: OutputEvent?
                while let event = try await output.event() { last = event }
                #expect(last == .end(problem: nil))
            }
        }
    }

    @Test("followed, an agent that does not respond is reported once, and its output follows when it does")
    func interrupted() async throws {
        try await withTask { world, agent, task in
            try await withTimeout(.testTimeout) {
                // The agent does not know the task yet.
                var output = try await FollowedOutput(of: "helloworld", lines: 10, through: try await world.control())
                var problems: [String?] = []
                for _ in 1...2 {
                    guard case .output(let problem) = try await output.event() else { continue }
                    problems.append(problem.problem)
                }
                #expect(problems.allSatisfy { $0?.hasSuffix(" does not know the task \(task).") == true })
                agent.write("one\n", to: "stdout", of: task)
                #expect(try await output.next()?.line == "one")
            }
        }
    }

    /// Runs the body with an app of one task and the agent on which it runs.
    private func withTask(
        _ body: @escaping @Sendable (World, MesosAgentSimulator, _ task: String) async throws -> Void
    ) async throws {
        try await withMesosAgent { agent in
            var setup = ObserverSetup { $0.flags[.mesosAgentPort] = "\(agent.port)" }
            setup.simulators.marathon.agentHost = "127.0.0.1"
            let observed = setup
            try await withObserver(observed) { world in
                try await world.deploy()
                try await body(world, agent, try #require(world.marathon.app("/helloworld")?.tasks.first).id)
            }
        }
    }
}
