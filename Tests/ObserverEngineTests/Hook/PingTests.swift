import Foundation
import Logging
import ObserverEngine
import Simulators
import Testing

/// Registration without a server behind the address: GitHub's ping never arrives.
@Suite("A ping of GitHub")
struct PingTests {
    @Test("that does not come in time is a warning with the address, and changes nothing else")
    func missing() async throws {
        try await withGitHub { gitHub, client in
            let directory = try temporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            var given = GivenSettings.sufficient
            given.flags[.gitHubAPI] = gitHub.url
            let status = EngineStatus(configuration: try given.read(), instance: "here")
            let log = Lines()
            let logger = Logger(label: "test") { _ in
                LogrusHandler(level: .debug, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
            }
            let store = try Store(directory: directory)
            let desired = DesiredHook(
                publicURL: publicURL("http://127.0.0.1:1"), secret: Secret("hush"))
            try await withEngineHTTP { http in
                let registration = HookRegistration(
                    gitHub: client, neighbours: NeighbourObservers(http: http, instance: "here", logger: logger),
                    store: store, branch: "dcos", status: status, polls: true, logger: logger,
                    pingLimit: .milliseconds(300))
                let id = try await registration.register(desired).id
                _ = try await registration.prove(id, desired)
                let warning = try #require(log.all.last)
                #expect(warning.contains("level=warning"))
                #expect(
                    warning.contains("No ping of GitHub came within 300 ms: GitHub could not reach \(desired.url)."))
                #expect(warning.contains("https://github.com/mhausenblas/s4d/settings/hooks/\(id)"))
                #expect(status.hook.problem?.contains(desired.url) == true)
                #expect(status.hook.lastPingAt == nil)
                #expect(gitHub.hooks().map(\.id) == [id])
            }
        }
    }

    @Test("is noted where it arrives")
    func arrived() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "GitHub reaches us at ")
            #expect(world.engine.status.hook.lastPingAt != nil)
            #expect(world.engine.status.hook.problem == nil)
            let url = try await world.url()
            #expect(world.log.contains("level=info msg=\"GitHub reaches us at \(url)/dploy\""))
        }
    }
}
