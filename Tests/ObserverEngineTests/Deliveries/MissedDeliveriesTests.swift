import ObserverEngine
import Simulators
import Testing

@Suite("Pushes that GitHub could not deliver")
struct MissedDeliveriesTests {
    @Test("what failed while we were away is found at the next start, stored, and the newest of it deployed once")
    func whileAway() async throws {
        let port = try await freePort()
        let directory = try temporaryDirectory()
        var setup = ObserverSetup { $0.flags[.listen] = "127.0.0.1:\(port)" }
        setup.stateDirectory = directory
        try await withSimulators { [setup] simulators in
            _ = try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "GitHub reaches us")
            }
            let first = try await simulators.gitHub.push(files: Files.helloWorld)
            let second = try await simulators.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            #expect(first.answer == nil && second.answer == nil)
            try await withObserver(setup, in: simulators) { world in
                let run = try await world.deployment(of: second.after, in: .succeeded)
                #expect(run.request.trigger == .recovery)
                let deliveries = try await world.control().deliveries(verdict: .accepted)
                #expect(deliveries.map(\.commit) == [second.after, first.after])
                #expect(deliveries.first?.reason?.hasPrefix("recovered; for GitHub it ended with 502") == true)
                #expect(deliveries.first?.deployment == run.id)
                #expect(try await world.deployments().count == 1)
                #expect(world.gitHub.violations() == [])
            }
        }
    }

    @Test("a list of deliveries that leads in a circle ends")
    func circle() async throws {
        try await withSimulators { simulators in
            let ping =
                #"[{"id":1,"guid":"1","event":"ping","delivered_at":"2026-01-01T00:00:00Z","redelivery":false,"#
                + #""status":"OK","status_code":200}]"#
            let next: HeaderFields = ["Link": #"<\#(simulators.gitHub.url)/?cursor=again>; rel="next""#]
            simulators.gitHub.inject(
                Fault(
                    .get, "/repos/mhausenblas/s4d/hooks/1/deliveries",
                    effect: .status(200, headers: next, body: ping)))
            try await withEngineHTTP { http in
                let gitHub = GitHubClient(
                    http: http, api: try ServiceURL(simulators.gitHub.url),
                    repository: RepositoryName(owner: "mhausenblas", name: "s4d"),
                    token: AccessToken(Secret(GitHubSimulator.Token.standard.value), file: nil))
                var pages = 0
                try await gitHub.deliveries(of: 1) { _ in
                    pages += 1
                    return true
                }
                #expect(pages == 200)
            }
        }
    }

    @Test("a redelivery of what was recovered is a duplicate")
    func redelivered() async throws {
        try await withObserver(ObserverSetup { $0.flags[.review] = "1" }) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "GitHub reaches us")
            world.gitHub.editHook(hook.id) { $0.secret = "another" }
            let push = try await world.gitHub.push(files: Files.helloWorld)
            #expect(push.answer?.status == 401)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.trigger == .recovery)
            try await world.gitHub.wait(for: "our secret") { $0.hooks.first { $0.secret == hook.secret } }
            let lost = try #require(world.gitHub.deliveries().last { $0.event == "push" })
            let again = await world.gitHub.redeliver(lost.guid)
            #expect(again?.outcome.answer?.status == 200)
            #expect(try await world.deployments().count == 1)
        }
    }
}
