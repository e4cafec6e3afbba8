import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Removal of the webhook")
struct RemovalTests {
    @Test("that GitHub refuses changes nothing")
    func refused() async throws {
        try await withObserver { world in
            let hook = try await world.pingedHook()
            world.gitHub.inject(.refusedRemoval)
            let control = try await world.control()
            let refusal = try await refusal { try await control.perform(.removeHook(id: hook.id)) }
            #expect(refusal?.description.contains("502") == true)
            let state = try await world.engine.store.branchState(
                of: world.configuration.branch)
            #expect(state.hookID == hook.id && !state.isHookRemoved)
            #expect(try await control.hook().registration == .registered)
        }
    }

    @Test("that a crash interrupted is completed by the next start")
    func interrupted() async throws {
        try await withSimulators { simulators in
            try await withObserverAfterDecision(ObserverSetup(), in: simulators) { world in
                try await world.log.wait(for: "Webhook was removed by an operator; not registering it")
                #expect(simulators.gitHub.hooks().isEmpty)
            }
        }
    }

    @Test(
        "that GitHub does not confirm at the start is shown with the reason, and is finished later, also without reviews",
        arguments: ["0", "1"])
    func unconfirmed(review: String) async throws {
        try await withSimulators { simulators in
            // The first observer asks GitHub for no removal.
            simulators.gitHub.inject(.refusedRemoval)
            try await withObserverAfterDecision(
                ObserverSetup { $0.flags[.review] = review }, in: simulators
            ) { world in
                try await world.hook { hook in
                    hook.registration == .removing && hook.problem?.contains("status 502") == true
                }
                #expect(world.gitHub.hooks().count == 1)
                world.gitHub.clearFaults()
                try await world.hook { $0.registration == .removed && $0.problem == nil }
                #expect(world.gitHub.hooks().isEmpty)
            }
        }
    }

    @Test("that was decided before the disk was lost counts once GitHub confirms it, also if an operator repeats it")
    func recalled() async throws {
        try await withObserver { world in
            let hook = try await world.recallRemoval()
            try await world.hook { $0.registration == .removing && $0.problem?.contains("status 502") == true }
            let control = try await world.control()
            let refused = try await refusal { try await control.perform(.removeHook(id: hook.id)) }
            #expect(refused?.description.contains("502") == true, "\(refused?.description ?? "")")
            #expect(try await world.engine.store.branchState(of: world.configuration.branch).isHookRemoved)
            #expect(try await control.hook().registration == .removing)
            world.gitHub.clearFaults()
            try await world.hook { $0.registration == .removed }
            #expect(world.gitHub.hooks().isEmpty)
        }
    }

    @Test("that becomes known while GitHub does not respond is not ended by the registration that was being retried")
    func recalledDuringRegistration() async throws {
        try await withSimulators { simulators in
            let hooks = "/repos/mhausenblas/s4d/hooks"
            simulators.gitHub.inject(Fault(.get, hooks, effect: .status(502)))
            var setup = ObserverSetup()
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                try await world.hook { $0.problem?.contains("502") == true }
                try await world.engine.store.changeBranchState(of: world.configuration.branch) {
                    $0.decisions.decide(hookRemoved: true, at: Date())
                }
                world.gitHub.clearFaults()
                try await world.hook { $0.registration == .removed }
                #expect(world.gitHub.requests(.post, hooks).isEmpty)
                #expect(try await world.engine.store.branchState(of: world.configuration.branch).isHookRemoved)
            }
        }
    }

    @Test("that GitHub has not confirmed is ended by a registration")
    func registeredInstead() async throws {
        try await withObserver { world in
            let hook = try await world.recallRemoval()
            try await world.hook { $0.registration == .removing }
            let control = try await world.control()
            _ = try await control.perform(.register)
            let registered = try await control.hook()
            #expect(registered.registration == .registered && registered.id == hook.id && registered.problem == nil)
            #expect(try await !world.engine.store.branchState(of: world.configuration.branch).isHookRemoved)
        }
    }

    @Test(
        "reports whether pushes are still deployed",
        arguments: [("60", "pause deployments to prevent that"), ("0", "Polling is off")])
    func sentence(poll: String, words: String) async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = poll }) { world in
            let hook = try await world.pingedHook()
            #expect(try await world.control().perform(.removeHook(id: hook.id)).result.contains(words))
        }
    }

    /// Starts an observer whose webhook was to be removed by the one before it, which crashed meanwhile.
    private func withObserverAfterDecision(
        _ setup: ObserverSetup, in simulators: Simulators, _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var setup = setup
        setup.stateDirectory = directory
        let configuration = try await withObserver(setup, in: simulators) { world in
            _ = try await world.pingedHook()
            return world.configuration
        }
        // The decision is stored before GitHub is asked.
        try await Store(directory: configuration.state.directory).changeBranchState(of: configuration.branch) {
            $0.decisions.decide(hookRemoved: true, at: Date())
        }
        setup.waitsForHook = false
        try await withObserver(setup, in: simulators, body)
    }
}

extension World {
    /// The webhook once it is registered and was pinged.
    fileprivate func pingedHook() async throws -> GitHubSimulator.Hook {
        let hook = try await gitHub.waitForHook()
        try await log.wait(for: "Ping received: GitHub can reach")
        return hook
    }

    /// Adds a decision to remove the webhook, as it is read from Marathon after the start, while GitHub refuses removals.
    fileprivate func recallRemoval() async throws -> GitHubSimulator.Hook {
        let hook = try await pingedHook()
        gitHub.inject(.refusedRemoval)
        try await engine.store.changeBranchState(of: configuration.branch) {
            $0.decisions.decide(hookRemoved: true, at: Date())
        }
        return hook
    }
}

extension Fault {
    fileprivate static var refusedRemoval: Fault {
        Fault(.delete, "/repos/mhausenblas/s4d/hooks/*", effect: .status(502))
    }
}
