import Processes
import Simulators
import Subprocess
import Testing

@Suite("Waiting for deployments")
struct WaitingTests {
    private func json(_ exit: ObserverExit) throws -> JSON {
        try JSON(parsing: Array(exit.output.joined(separator: "\n").utf8))
    }

    @Test("deploy -wait prints the log to standard error and has status 0 if the deployment succeeds")
    func succeeds() async throws {
        try await withRunningObserver { running in
            let push = try await running.deploy(mem: 32)
            let commit = push.after.prefix(7)
            let delivery = try await running.json("deliveries", "-verdict", "accepted")[0]?["id"]?.integer ?? 0
            let text = try await running.run("deploy", "-wait", "-force")
            #expect(text.status == .exited(0), "\(text.log)")
            #expect(text.output.count == 1 && text.output[0].hasPrefix("Deployment 2 of \(commit) succeeded: "))
            #expect(text.log.first == "Deployment 2 of \(commit) queued.")
            #expect(text.log.contains { $0.contains("  fetched") })
            let answer = try json(
                try await running.run("replay", "\(delivery)", "-wait", "-wait-timeout", "500", "-json"))
            #expect(answer["deployment"] == 3 && answer["stage"] == "succeeded" && answer["outcome"]?.string != nil)
            try await running.deploy(mem: 64)
            let rolledBack = try await running.run("rollback", "1", "-yes", "-wait")
            #expect(rolledBack.status == .exited(0), "\(rolledBack.log)")
            // Without -wait, the deployment is in the JSON, too.
            #expect(try await running.json("deploy")["deployment"] == 6)
        }
    }

    @Test("a deployment that fails has status 1, and so has following its log")
    func fails() async throws {
        try await withRunningObserver { running in
            try await running.simulators.gitHub.push(
                files: ["dploy.app": "app_name: s4d\n", "specs/broken.json": #"{"id":"broken","cpus":"many"}"#])
            let exit = try await running.run("deploy", "-wait", "-json")
            #expect(exit.status == .exited(1))
            let answer = try json(exit)
            #expect(answer["stage"] == "failed" && answer["outcome"]?.string?.contains("broken.json") == true)
            let error = try #require(exit.log.last)
            #expect(try JSON(parsing: Array(error.utf8))["exitStatus"] == 1)
            let id = try #require(answer["deployment"]?.integer)
            let followed = try await running.run("logs", "\(id)", "-f")
            #expect(followed.status == .exited(1))
            #expect(followed.output.contains { $0.contains("  failed") })
            #expect(followed.log.last?.hasPrefix("observer: Deployment \(id) of ") == true)
            #expect(try await running.run("logs", "\(id)").status == .exited(0), "only following reports the result")
        }
    }

    @Test("a deployment that failed and is retried has status 1 and names the retry")
    func retried() async throws {
        try await withRunningObserver { running in
            try await running.deploy(mem: 32)
            running.simulators.marathon.inject(Fault(nil, "/v2/*", effect: .status(401)))
            let exit = try await running.run("deploy", "-wait", "-json")
            #expect(exit.status == .exited(1))
            let answer = try json(exit)
            #expect(answer["deployment"] == 2 && answer["stage"] == "failed", "\(exit.output)")
            #expect(answer["retry"] == 3 && answer["retryAt"]?.string != nil, "\(exit.output)")
            let error = try JSON(parsing: Array(#require(exit.log.last).utf8))["error"]?.string
            #expect(error?.contains(" It is retried as deployment 3 (retry 1, starts in ") == true, "\(exit.log)")
            let followed = try await running.run("logs", "2", "-f")
            #expect(followed.status == .exited(1))
            #expect(followed.log.last?.hasSuffix(": follow it with 'observer logs 3 -f'.") == true, "\(followed.log)")
            running.simulators.marathon.clearFaults()
        }
    }

    @Test("a deployment that is superseded while it waits has status 1 and names its successor")
    func superseded() async throws {
        try await withRunningObserver { running in
            try await running.deploy(mem: 32)
            #expect(try await running.run("pause").status == .exited(0))
            let exit = try await withObserverProcess(
                arguments: ["deploy", "-wait", "-json"], environment: running.environment, directory: running.directory
            ) { command in
                try await command.log.wait(for: "deployments are paused")
                #expect(try await running.json("deploy")["deployment"] == 3)
            }
            #expect(exit.status == .exited(1))
            #expect(exit.log.contains { $0.contains("  waiting      deployments are paused by ") })
            let answer = try json(exit)
            #expect(answer["stage"] == "superseded" && answer["outcome"]?.string?.contains("deployment 3") == true)
        }
    }

    @Test("-wait-timeout ends the waiting with status 124, and the deployment continues")
    func timesOut() async throws {
        try await withRunningObserver { running in
            try await running.deploy(mem: 32)
            #expect(try await running.run("pause").status == .exited(0))
            let exit = try await running.run("deploy", "-wait", "-wait-timeout", "1", "-json")
            #expect(exit.status == .exited(124))
            #expect(try json(exit)["stage"] == "queued")
            #expect(
                try JSON(parsing: Array(#require(exit.log.last).utf8))["error"]
                    == "Deployment 2 has not ended after 1 s; it continues. Follow it with 'observer logs 2 -f'.")
            #expect(try await running.json("deployments", "-limit", "1")[0]?["stage"] == "queued")
        }
    }

    @Test("an observer that stops while a command waits is reported, with status 69")
    func lost() async throws {
        try await withProcessWorld { world in
            _ = try await world.observe { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                let waiting = try await withObserverProcess(
                    arguments: ["logs", "-f"], environment: world.environment, directory: world.directory
                ) { command in
                    try await command.output.wait(for: "Ping received: GitHub can reach")
                    observer.terminate()
                }
                #expect(waiting.status == .exited(69))
                let sentence = try #require(waiting.log.last)
                let socket = world.directory
                #expect(sentence.hasPrefix("observer: Lost the connection to the observer at \(socket)"), "\(sentence)")
                #expect(sentence.contains(": it closed the connection.") || sentence.contains(": connection reset"))
                #expect(sentence.hasSuffix("See 'observer status', then run this command again."))
            }
        }
    }

    @Test("-watch prints a line for each change to a pipe")
    func watches() async throws {
        try await withRunningObserver { running in
            let exit = try await withObserverProcess(
                arguments: ["status", "-watch"], environment: running.environment, directory: running.directory
            ) { status in
                try await status.output.wait(for: "  webhook: registered")
                let changes = try await withObserverProcess(
                    arguments: ["deployments", "-watch", "-json"], environment: running.environment,
                    directory: running.directory
                ) { deployments in
                    try await running.deploy(mem: 32)
                    try await deployments.output.wait(for: #""stage":"succeeded""#)
                    try await status.output.wait(for: "  last deployment: #1 of ")
                    deployments.interrupt()
                    status.interrupt()
                }
                let stages = try changes.output.compactMap { try JSON(parsing: Array($0.utf8))["stage"]?.string }
                #expect(stages.last == "succeeded" && Set(stages).count == stages.count, "\(stages)")
            }
            #expect(exit.output.contains { $0.contains("  deploying: #1 of ") })
            #expect(exit.output.contains { $0.hasSuffix("  deploying: -") })
        }
    }
}
