import ObserverEngine
import Simulators
import Testing

@Suite("Pushes that GitHub could not deliver")
struct MissedDeliveriesTests {
    @Test("deliveries that failed during a downtime are recovered at the next start, and the newest is deployed once")
    func whileDown() async throws {
        let port = try await freePort()
        let directory = try temporaryDirectory()
        var setup = ObserverSetup { $0.flags[.listen] = "127.0.0.1:\(port)" }
        setup.stateDirectory = directory
        try await withSimulators { [setup] simulators in
            _ = try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
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
                #expect(deliveries.first?.reason?.hasPrefix("recovered; GitHub recorded: 502") == true)
                #expect(deliveries.first?.deployment == run.id)
                let fate = "superseded by deployment \(run.id) (\(second.after.shortCommit))"
                #expect(deliveries.last?.reason?.hasSuffix(fate) == true)
                let detail = try await world.control().delivery(try #require(deliveries.first).id)
                #expect(detail.headers.contains { $0.name == "X-GitHub-Event" && $0.value == "push" })
                #expect(try await world.deployments().count == 1)
                #expect(world.gitHub.violations() == [])
            }
        }
    }

    @Test(
        "one that GitHub does not return does not prevent the recovery of later ones",
        arguments: [
            Fault.Effect.status(404, body: "{}"), .status(500), .status(200, body: "{}"),
            .status(200, body: #"{"request":{"payload":null}}"#), .status(200, body: "[]"),
        ])
    func poisonous(effect: Fault.Effect) async throws {
        let port = try await freePort()
        let directory = try temporaryDirectory()
        var setup = ObserverSetup { $0.flags[.listen] = "127.0.0.1:\(port)" }
        setup.stateDirectory = directory
        try await withSimulators { [setup] simulators in
            _ = try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
            }
            _ = try await simulators.gitHub.push(files: Files.helloWorld)
            let poisonous = try #require(simulators.gitHub.deliveries().last)
            let second = try await simulators.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            let path = "/repos/mhausenblas/s4d/hooks/\(poisonous.hookID)/deliveries/\(poisonous.id)"
            simulators.gitHub.inject(Fault(.post, path + "/attempts", effect: .status(422, body: "{}")))
            simulators.gitHub.inject(Fault(.get, path, effect: effect))
            try await withObserver(setup, in: simulators) { world in
                let run = try await world.deployment(of: second.after, in: .succeeded)
                #expect(run.request.trigger == .recovery)
                #expect(try await world.control().deliveries(verdict: .accepted).map(\.commit) == [second.after])
                #expect(world.log.contains("Could not recover 1 missed deliveries"))
            }
        }
    }

    @Test("after a timeout the rest is left to the next review, and the head is checked")
    func slow() async throws {
        try await withGitHub { gitHub, client in
            let hook = gitHub.addHook(url: "http://127.0.0.1:1/dploy")
            let push = try await gitHub.push(files: Files.helloWorld)
            try await withStore { store in
                let status = BranchStatus(configuration: try GivenSettings.sufficient.read(), instance: "here")
                let branch = status.branch
                let identity = RepositoryIdentity(gitHub: client, store: store, status: status, logger: .silent)
                let head = HeadReconciler(
                    gitHub: client, store: store, status: status, identity: identity, logger: .silent)
                let missed = MissedDeliveries(
                    gitHub: client, store: store, status: status,
                    judge: DeliveryJudge(identity: identity, status: status), head: head, logger: .silent,
                    timeout: .zero)
                try await missed.recover(hook: hook.id, checksHeadAnyway: false)
                #expect(try await store.deliveryCount() == 0)
                let queued = try await store.queued(of: branch).first
                #expect(queued?.commit.description == push.after)
                #expect(queued?.request.trigger == .recovery)
            }
        }
    }

    @Test("a review checks the head even if nothing was missed: a stored delivery may wait for that")
    func storedBefore() async throws {
        try await withObserver(ObserverSetup { $0.flags[.review] = "1" }) { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
            let push = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.trigger == .recovery)
        }
    }

    @Test("the redelivery of a recovered delivery is a duplicate")
    func redelivered() async throws {
        try await withObserver(ObserverSetup { $0.flags[.review] = "1" }) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.editHook(hook.id) { $0.secret = "another" }
            let push = try await world.gitHub.push(files: Files.helloWorld)
            #expect(push.answer?.status == 401)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.trigger == .recovery)
            try await world.gitHub.wait(for: "the secret") { $0.hooks.first { $0.secret == hook.secret } }
            let lost = try #require(world.gitHub.deliveries().last { $0.event == "push" })
            let again = await world.gitHub.redeliver(lost.guid)
            #expect(again?.outcome.answer?.status == 200)
            #expect(try await world.deployments().count == 1)
        }
    }
}
