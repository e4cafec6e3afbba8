import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ObserverEngine
import Simulators
import Testing

@Suite("An action whose caller does not wait any longer")
struct WithdrawnActionTests {
    private static let hooks = "/repos/mhausenblas/s4d/hooks"

    @Test("is refused at once with the reason and the next step while GitHub is unreachable, and not carried out later")
    func unreachable() async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        try await withSimulators { [setup] simulators in
            try await simulators.gitHub.stop()
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Retrying.")
                let control = try await world.control()
                for action in [ControlAction.register, .ping, .removeHook(id: 1)] {
                    let started = ContinuousClock.now
                    let failure = try #require(try await refusal { try await control.perform(action) })
                    #expect(.now - started < .seconds(10 * Slowness.factor))
                    #expect(failure.status == 409)
                    #expect(
                        failure.description.hasPrefix(
                            "Nothing was done: the webhook is not set up yet. Can't authenticate"))
                    #expect(failure.description.hasSuffix("see 'observer status', then try again."))
                }
                #expect(try await control.engine().problem?.contains("connection refused") == true)
                try await simulators.gitHub.start()
                try await world.log.wait(for: "Ping received: GitHub can reach")
                #expect(try await control.engine().problem == nil)
                #expect(simulators.gitHub.requests(.delete, Self.hooks + "/*").isEmpty)
                #expect(simulators.gitHub.requests(.post, Self.hooks).count == 1)
            }
        }
    }

    @Test("is not carried out when its turn comes")
    func disconnected() async throws {
        try await withObserver(.administered) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.post, "\(Self.hooks)/\(hook.id)/pings", times: 1, effect: .delay(.seconds(2))))
            let control = try await world.control()
            async let ping = control.perform(.ping)
            // The second ping: the first one verified the webhook.
            while world.gitHub.requests(.post, "\(Self.hooks)/\(hook.id)/pings").count < 2 {
                try await Task.sleep(for: .milliseconds(10))
            }
            var request = HTTPClientRequest(url: try await world.url() + "/reset")
            request.method = .POST
            request.headers.add(name: "Authorization", value: "Bearer \(ObserverSetup.adminToken)")
            await #expect(throws: (any Error).self) {
                try await HTTPClient.shared.execute(request, timeout: .milliseconds(500))
            }
            #expect(try await ping.result.contains("Ping received"))
            // The next one in the queue has its turn after the withdrawn one.
            #expect(try await control.perform(.ping).result.contains("Ping received"))
            #expect(world.gitHub.hooks().map(\.id) == [hook.id])
            #expect(world.gitHub.requests(.delete, Self.hooks + "/*").isEmpty)
        }
    }

    @Test("is reverted if GitHub does not respond to it, and not completed later")
    func reverted() async throws {
        try await withObserver(.administered) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.delete, Self.hooks + "/*", times: 1, effect: .hang))
            let changes = world.engine.store.feed.changes()
            var request = HTTPClientRequest(url: try await world.url() + "/reset")
            request.method = .POST
            request.headers.add(name: "Authorization", value: "Bearer \(ObserverSetup.adminToken)")
            await #expect(throws: (any Error).self) {
                try await HTTPClient.shared.execute(request, timeout: .milliseconds(500))
            }
            try await withTimeout(.testTimeout) {
                var wasRemoved = false
                for await case .branch(_, let state) in changes {
                    if wasRemoved, !state.isHookRemoved { return }
                    wasRemoved = wasRemoved || state.isHookRemoved
                }
                throw CancellationError()
            }
            // It has its turn after everything that the removal caused.
            let control = try await world.control()
            #expect(try await control.perform(.ping).result.contains("Ping received"))
            #expect(world.gitHub.hooks().map(\.id) == [hook.id])
            #expect(try await control.hook().registration == .registered)
        }
    }

    @Test("is refused if too many wait")
    func busy() async throws {
        try await withObserver { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            world.gitHub.inject(Fault(.get, "\(Self.hooks)/\(hook.id)/deliveries", effect: .delay(.seconds(1))))
            let control = try await world.control()
            let answers = try await withThrowingTaskGroup(of: ControlClient.Failure?.self) { group in
                for _ in 1...8 { group.addTask { try await refusal { try await control.perform(.ping) } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let refused = answers.compactMap(\.self)
            #expect(!refused.isEmpty && refused.allSatisfy { $0.status == 409 })
            #expect(refused.first?.description == "Busy: 4 other webhook requests are waiting. Try again later.")
            #expect(answers.contains { $0 == nil })
        }
    }
}
