import Processes
import Simulators
import Subprocess
import Testing

@Suite("Shutdown")
struct ShutdownTests {
    @Test("SIGTERM during a deployment stops it within 3 s, and the next run completes the deployment")
    func duringDeployment() async throws {
        try await withProcessWorld { world in
            world.simulators.marathon.setBehaviour(.neverHealthy, of: "/hello")
            let first = try await world.observe { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await world.simulators.gitHub.push(files: .helloWorldChecked)
                try await observer.log.wait(for: "stage=waiting")
                observer.terminate()
            }
            #expect(first.status == .exited(0))
            #expect(first.output.suffix(2) == ["Received killTask", "Shutting down"])
            // Marathon continues on its own.
            #expect(world.simulators.marathon.deployments().count == 1)

            world.simulators.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/hello")
            let second = try await world.observe { observer in
                try await observer.log.wait(for: "trigger=restart")
                try await world.simulators.marathon.wait(for: "the app") { $0.apps["/hello"] }
                observer.terminate()
            }
            #expect(second.status == .exited(0))
            #expect(world.simulators.marathon.requests(.put, "/v2/apps").count == 1)
        }
    }

    @Test("it stops promptly during a deployment")
    func promptly() async throws {
        try await withProcessWorld { world in
            world.simulators.marathon.setBehaviour(.neverHealthy, of: "/hello")
            let stopping = Stopwatch()
            _ = try await world.observe { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await world.simulators.gitHub.push(files: .helloWorldChecked)
                try await observer.log.wait(for: "stage=waiting")
                stopping.start()
                observer.terminate()
            }
            #expect(stopping.elapsed < .seconds(3 * Slowness.factor))
        }
    }

    @Test("SIGINT has its own transcript")
    func interrupt() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe { observer in
                try await observer.output.wait(for: "Webhook registered")
                observer.interrupt()
            }
            #expect(exit.status == .exited(0))
            #expect(exit.output.last == "Shutting down")
            #expect(!exit.output.contains("Received killTask"))
        }
    }

    @Test("SIGHUP does not stop a daemon", arguments: [nil, "trap '' HUP"])
    func hangup(shell: String?) async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe(after: shell) { observer in
                try await observer.output.wait(for: "Webhook registered")
                observer.hangUp()
                if shell == nil { try await observer.log.wait(for: "Ignoring SIGHUP") }
                try await world.simulators.gitHub.push(files: .helloWorld)
                try await observer.log.wait(for: "Deployment succeeded")
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }

    @Test("in a Mesos task the executor writes the closing lines", arguments: ["MESOS_TASK_ID", "MESOS_SANDBOX"])
    func mesosTask(variable: String) async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe([variable: world.directory]) { observer in
                try await observer.output.wait(for: "Webhook registered")
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
            #expect(exit.output.last == "Webhook registered")
        }
    }

    @Test("SIGTERM stops it before GitHub has responded")
    func beforeAuthentication() async throws {
        try await withProcessWorld { world in
            world.simulators.gitHub.inject(Fault(effect: .hang))
            let exit = try await world.observe { observer in
                try await observer.log.wait(for: "Listening on")
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }

    @Test("it survives a closed output")
    func closedOutput() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe(arguments: ["-plain"]) { observer in
                try await observer.log.wait(for: "Listening on")
                try await world.simulators.gitHub.waitForDelivery(of: "ping")
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }
}

extension [String: String?] {
    /// A tree with one app that has a health check.
    static let helloWorldChecked: Self = [
        "dploy.app": "app_name: s4d\n",
        "specs/hello.json": #"{"id":"hello","cmd":"sleep 60","healthChecks":[{"protocol":"HTTP","path":"/"}]}"#,
    ]
}
