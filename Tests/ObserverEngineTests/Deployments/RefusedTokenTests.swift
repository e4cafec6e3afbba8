import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("A token that is rejected for some requests only")
struct RefusedTokenTests {
    @Test("is retried with a delay, and the commit is deployed once it is accepted")
    func delayed() async throws {
        try await withObserver { world in
            let branch = "/repos/mhausenblas/s4d/branches/dcos"
            world.gitHub.inject(Fault(.get, branch, effect: .status(401)))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.gitHub.request(.get, branch, count: 2)
            let times = world.gitHub.requests(.get, branch).map(\.receivedAt)
            #expect(times[1].timeIntervalSince(times[0]) >= 0.9)
            world.gitHub.clearFaults()
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.trigger == .delivery)
            #expect(try await world.deployments().count == 1)
            #expect(!world.log.contains("Deployment failed"))
            let journal = try await world.journal(of: run)
            #expect(journal.count { $0.contains("GitHub rejected the personal access token") } == 1)
            let page = try PrometheusPage(try await world.metrics().text)
            #expect(page[#"dploy_observer_deployments_total{result="failed"}"#] == 0)
        }
    }

    @Test("returns to the queue when it is paused meanwhile, and can be cancelled there")
    func paused() async throws {
        try await withObserver { world in
            let branch = "/repos/mhausenblas/s4d/branches/dcos"
            world.gitHub.inject(Fault(.get, branch, effect: .status(401)))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.gitHub.request(.get, branch)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let queued = try await world.deployment(of: push.after, in: .queued)
            let result = try await control.perform(.cancel(deployment: queued.id)).result
            #expect(result == "Deployment \(queued.id) cancelled. It had not started.")
        }
    }

    @Test("a ping is refused with the reason")
    func ping() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(effect: .status(401)))
            let refusal = try await refusal { try await world.control().perform(.ping) }
            #expect(refusal?.status == 422)
            #expect(refusal?.description.contains("GitHub rejected the personal access token") == true)
        }
    }

    @Test("is retried at once with another token in the file")
    func rotated() async throws {
        let fresh = GitHubSimulator.Token(
            value: "ghp_otherotherotherotherotherotherother00", kind: GitHubSimulator.Token.standard.kind)
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = directory + "/pat"
        try Data(GitHubSimulator.Token.standard.value.utf8).write(to: URL(filePath: file))
        let setup = ObserverSetup { setup in
            setup.flags[.pat] = ""
            setup.flags[.patFile] = file
        }
        try await withObserver(setup) { world in
            let path = "/repos/mhausenblas/s4d/tarball/*"
            world.gitHub.addToken(fresh)
            world.gitHub.inject(
                Fault(
                    when: {
                        $0.matches(.get, path)
                            && $0.headers["Authorization"] == "Bearer \(GitHubSimulator.Token.standard.value)"
                    },
                    effect: .status(401)))
            let push = try await world.gitHub.push(files: Files.helloWorld)
            // By then the pause is longer than the rest of this test may take.
            try await world.gitHub.request(.get, path, count: 3)
            try Data(fresh.value.utf8).write(to: URL(filePath: file))
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(try await world.deployments().count == 1)
        }
    }

    @Test("a deployment cancelled while it waits for the token is not started once the token is accepted")
    func cancelled() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(effect: .status(401)))
            let control = try await world.control()
            _ = try? await control.perform(.deploy(commit: nil, force: false))
            try await world.log.wait(for: "deployments wait")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let waiting = try await world.deployment(of: push.after, in: .queued)
            // Enough time for a deployer that starts too early.
            for _ in 1...20 { _ = try await control.deployments() }
            _ = try await control.perform(.cancel(deployment: waiting.id))
            let cancelled = try await world.deployment(of: push.after, in: .cancelled)
            world.gitHub.clearFaults()
            let next = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            try await world.deployment(of: next.after, in: .succeeded)
            #expect(try await world.deployments().last == cancelled)
            #expect(world.applied().count == 1)
        }
    }
}
