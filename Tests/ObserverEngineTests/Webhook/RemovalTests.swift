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
        "that GitHub does not confirm at the start is shown with the reason, and is finished later, also without reviews",
        arguments: ["0", "1"])
    func unconfirmed(review: String) async throws {
        try await withSimulators { simulators in
            var setup = ObserverSetup { $0.flags[.review] = review }
            let directory = try temporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            setup.stateDirectory = directory
            let configuration = try await withObserver(setup, in: simulators) { world in
                _ = try await world.gitHub.waitForHook()
                try await world.log.wait(for: "Ping received: GitHub can reach")
                return world.configuration
            }
            try await Store(directory: configuration.state.directory).changeBranchState(of: configuration.branch) {
                $0.decisions.decide(hookRemoved: true, at: Date())
            }
            simulators.gitHub.inject(Fault(.delete, Self.hooks + "/*", effect: .status(502)))
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
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
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.delete, Self.hooks + "/*", effect: .status(502)))
            // As it is read from Marathon after the start.
            try await world.engine.store.changeBranchState(of: world.configuration.branch) {
                $0.decisions.decide(hookRemoved: true, at: Date())
            }
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

    @Test("that GitHub has not confirmed is ended by a registration")
    func registeredInstead() async throws {
        try await withObserver { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.delete, Self.hooks + "/*", effect: .status(502)))
            try await world.engine.store.changeBranchState(of: world.configuration.branch) {
                $0.decisions.decide(hookRemoved: true, at: Date())
            }
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
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            #expect(try await world.control().perform(.removeHook(id: hook.id)).result.contains(words))
        }
    }
}
