import Processes
import Simulators
import Subprocess
import Testing

@Suite("A killed program")
struct CrashTests {
    @Test("SIGKILL during a deployment: the next run completes it and applies nothing twice")
    func killed() async throws {
        try await withProcessWorld { world in
            world.simulators.marathon.setBehaviour(.healthy(after: .milliseconds(800)), of: "/hello")
            let killed = try await world.observe { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await world.simulators.gitHub.push(files: .helloWorldChecked)
                try await observer.log.wait(for: "stage=waiting")
                observer.kill()
            }
            #expect(killed.status == .signaled(9))
            let commit = try #require(try await world.simulators.gitHub.head())
            let exit = try await world.observe { observer in
                try await world.simulators.gitHub.waitForStatus("success", of: commit)
                observer.terminate()
            }
            #expect(exit.log.contains { $0.contains("A deployment was interrupted; its commit is queued again") })
            #expect(world.simulators.marathon.requests(.put, "/v2/apps").count == 1)
            #expect(world.simulators.marathon.app("/hello")?.labels["DPLOY_COMMIT"] == commit)
        }
    }

    @Test("SIGKILL right after a push was acknowledged: the next run deploys it")
    func killedAfterAcknowledgement() async throws {
        try await withProcessWorld { world in
            world.simulators.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/branches/*", effect: .hang))
            _ = try await world.observe { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                let push = try await world.simulators.gitHub.push(files: .helloWorld)
                #expect(push.answer?.status == 202)
                observer.kill()
            }
            world.simulators.gitHub.clearFaults()
            let commit = try #require(try await world.simulators.gitHub.head())
            _ = try await world.observe { observer in
                try await world.simulators.gitHub.waitForStatus("success", of: commit)
                observer.terminate()
            }
            #expect(world.simulators.marathon.app("/hello")?.labels["DPLOY_COMMIT"] == commit)
        }
    }
}
