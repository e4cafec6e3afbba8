import ObserverEngine
import Simulators
import Testing

@Suite("The actions of the control API")
struct ControlActionTests {
    @Test("the head is deployed again, and with force unchanged apps too", arguments: ControlTransport.allCases)
    func deploysHead(transport: ControlTransport) async throws {
        try await withObserver(.administered) { world in
            let control = try await world.control(over: transport)
            let first = try await world.deploy()
            let result = try await control.perform(.deploy(commit: nil, force: true))
            #expect(result == "Deployment \(first.id + 1) of \(first.commit.short) queued.")
            let second = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(second.id == first.id + 1 && second.request.trigger == .operator)
            #expect(world.marathon.requests(.put, "/v2/apps").count == 2)
        }
    }

    @Test("another commit than the head is deployed and held, until the head is deployed")
    func deploysOther() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            let control = try await world.control()
            let first = try await world.deploy(mem: 32)
            let second = try await world.deploy(mem: 64)
            let result = try await control.perform(.deploy(commit: first.commit.description, force: false))
            #expect(result.hasSuffix("Automatic deployments are on hold until the next push."))
            _ = try await world.deployment(of: first.commit.description, in: .succeeded, after: second.id)
            #expect(try await control.engine().heldAt == first.commit.description)
            try await world.log.wait(for: "Head \(second.commit.short) is not deployed: the branch is on hold at")
            _ = try await control.perform(.deploy(commit: nil, force: false))
            _ = try await world.deployment(of: second.commit.description, in: .succeeded, after: second.id)
            #expect(try await control.engine().heldAt == nil)
            #expect(try await world.deployments().count == 4)
        }
    }

    @Test("a replayed delivery is deployed again")
    func replays() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let first = try await world.deploy()
            let id = try #require(first.request.delivery)
            _ = try await control.perform(.replay(delivery: id))
            let second = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(second.id > first.id && second.request.delivery == id)
        }
    }

    @Test("what can't be done is refused with a sentence and changes nothing")
    func impossible() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let deployed = try await world.deploy()
            let ping = try #require(try await control.deliveries(verdict: .ping).first)
            let refused: [(ControlAction, Int)] = [
                (.deploy(commit: "abc", force: false), 422), (.replay(delivery: ping.id), 422),
                (.replay(delivery: 4711), 404), (.rollback(deployment: 4711, seenCurrent: nil), 404),
                (.cancel(deployment: 4711), 404), (.cancel(deployment: deployed.id), 409),
                (.removeHook(id: 4711), 409), (.rollback(deployment: deployed.id, seenCurrent: 4711), 409),
            ]
            for (action, status) in refused {
                let refusal = try await refusal { try await control.perform(action) }
                #expect(refusal?.status == status, "\(action): \(String(describing: refusal))")
            }
            #expect(try await world.deployments().count == 1)
            #expect(world.gitHub.hooks().count == 1)
        }
    }

    @Test("a removed hook stays removed over a restart, until it is registered again")
    func removesHook() async throws {
        try await withSimulators { simulators in
            var setup = ObserverSetup()
            let directory = try temporaryDirectory()
            setup.stateDirectory = directory
            try await withObserver(setup, in: simulators) { world in
                let control = try await world.control()
                let id = try #require(try await control.hook().id)
                _ = try await control.perform(.removeHook(id: id))
                #expect(world.gitHub.hooks().isEmpty)
                #expect(try await control.hook().registration == .removed)
            }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                try await world.hook(is: .removed)
                #expect(world.gitHub.hooks().isEmpty)
                let control = try await world.control()
                _ = try await control.perform(.register)
                #expect(world.gitHub.hooks().count == 1)
                #expect(try await control.hook().registration == .registered)
                #expect(try await control.perform(.ping).contains("Ping received: GitHub can reach"))
            }
        }
    }
}

extension World {
    /// Waits until the hook is in a state.
    func hook(is registration: HookState.Registration) async throws {
        let changes = engine.store.feed.signals { if case .hook = $0 { true } else { false } }
        try await withTimeout(.testTimeout) {
            if engine.status.hook.registration == registration { return }
            for await _ in changes where engine.status.hook.registration == registration { return }
        }
    }
}
