import ObserverEngine
import Simulators
import Testing

@Suite("GitHub and Marathon that do not respond")
struct UnreachableServiceTests {
    @Test("the log and the row of a deployment show when Marathon stops responding, and when it responds again")
    func marathonWhileWaiting() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.noOffers, of: "/helloworld")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .waiting)
            let control = try await world.control()
            #expect(try await control.engine().target?.condition == .reachable)
            world.marathon.setLeaderless(true)
            world.marathon.dropEventStreams()
            let troubled = try await world.deployment(of: push.after) { $0.trouble != nil }
            #expect(troubled.trouble == "Marathon is not working: status 503")
            #expect(troubled.stage == .waiting)
            let away = try #require(try await control.engine().target)
            #expect(away.name == "Marathon" && away.address == world.marathon.url)
            #expect(away.condition == .unreachable && away.reason == "status 503" && away.since != nil)
            let up = try PrometheusPage(try await world.metrics().text)
            #expect(up[#"dploy_observer_dependency_up{dependency="marathon"}"#] == 0)
            #expect(up[#"dploy_observer_dependency_up{dependency="github"}"#] == 1)
            world.marathon.setLeaderless(false)
            let back = try await world.deployment(of: push.after) { $0.trouble == nil }
            #expect(back.stage == .waiting)
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/helloworld")
            let run = try await world.deployment(of: push.after, in: .succeeded)
            let journal = try await world.journal(of: run)
            #expect(journal.count { $0 == "unreachable Marathon is not working: status 503; retrying" } == 1)
            #expect(journal.count { $0.hasPrefix("reachable Marathon responds again after ") } == 1)
            #expect(try await control.engine().target?.condition == .reachable)
        }
    }

    @Test("a deployment that starts while Marathon is away shows it, too")
    func marathonAwayBefore() async throws {
        try await withObserver { world in
            world.marathon.setLeaderless(true)
            let first = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: first.after) { $0.trouble != nil }
            let control = try await world.control()
            let id = try #require(try await control.deployments().first).id
            _ = try await control.perform(.cancel(deployment: id))
            let cancelled = try await world.deployment(of: first.after, in: .cancelled)
            #expect(cancelled.trouble == nil)
            #expect(cancelled.outcome == "Cancelled by \(try await world.user()). Nothing was applied.")
            let second = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            let waiting = try await world.deployment(of: second.after) { $0.trouble != nil }
            #expect(waiting.trouble == "Marathon is not working: status 503")
            world.marathon.setLeaderless(false)
            try await world.deployment(of: second.after, in: .succeeded)
        }
    }

    @Test("a GitHub that is unreachable from the start is shown as that")
    func gitHubAtStart() async throws {
        try await withSimulators { simulators in
            simulators.gitHub.inject(Fault(effect: .status(502)))
            var setup = ObserverSetup()
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                let away = try await world.engine { $0.gitHub.condition == .unreachable }
                #expect(away.gitHub.reason == "status 502")
                #expect(away.gitHub.lastAnswerAt == nil)
                #expect(away.authentication == .pending)
                simulators.gitHub.clearFaults()
                let back = try await world.engine { $0.gitHub.condition == .reachable }
                #expect(back.gitHub.lastAnswerAt != nil)
            }
        }
    }

    @Test("a deploy command has no state of its own")
    func command() async throws {
        try await withObserver(ObserverSetup { $0.flags[.deployCommand] = "true" }) { world in
            let engine = try await world.control().engine()
            #expect(engine.target == nil)
        }
    }
}
