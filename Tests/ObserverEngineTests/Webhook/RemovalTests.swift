import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Removal of the webhook")
struct RemovalTests {
    private static let hooks = "/repos/mhausenblas/s4d/hooks"

    @Test("that GitHub refuses changes nothing")
    func refused() async throws {
        try await withObserver { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.delete, Self.hooks + "/*", effect: .status(502)))
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
            var setup = ObserverSetup()
            let directory = try temporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            setup.stateDirectory = directory
            let configuration = try await withObserver(setup, in: simulators) { world in
                _ = try await world.gitHub.waitForHook()
                try await world.log.wait(for: "Ping received: GitHub can reach")
                return world.configuration
            }
            // The decision is stored before GitHub is asked.
            try await Store(directory: configuration.state.directory).changeBranchState(of: configuration.branch) {
                $0.decisions.decide(hookRemoved: true, at: Date())
            }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Webhook was removed by an operator; not registering it")
                #expect(simulators.gitHub.hooks().isEmpty)
            }
        }
    }

    @Test(
        "reports whether pushes are still deployed",
        arguments: [("60", "pause deployments to prevent that"), ("0", "Polling is off")])
    func sentence(poll: String, words: String) async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = poll }) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            #expect(try await world.control().perform(.removeHook(id: hook.id)).result.contains(words))
        }
    }
}
