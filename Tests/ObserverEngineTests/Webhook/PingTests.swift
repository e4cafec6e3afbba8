import Foundation
import Logging
import NIOCore
import Simulators
import Testing

@testable import ObserverEngine

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
            let status = BranchStatus(configuration: try given.read(), instance: "here")
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
                    store: store, branch: Sample.branch, status: status, polls: true, logger: logger,
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

    @Test("that does not come stays a problem while the hook itself is right, until GitHub is heard of")
    func doubt() throws {
        let desired = DesiredHook(publicURL: publicURL("http://127.0.0.1:1"), secret: Secret("hush"))
        let outcome = HookRegistration.Outcome(id: 7, repairs: [])
        var hook = HookState()
        hook.note(outcome, desired)
        #expect(hook.problem == nil)
        hook.note(doubt: "No ping came.")
        hook.problem = "GitHub is unavailable."
        hook.note(outcome, desired)
        #expect(hook.problem == "No ping came.")
        hook.markReachable()
        #expect(hook.problem == nil)
        hook.note(outcome, desired)
        #expect(hook.problem == nil)
    }

    @Test("that shows another secret does not keep us for ever where GitHub does not take ours")
    func unchangeable() async throws {
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(.patch, "/repos/mhausenblas/s4d/hooks/*", effect: .status(502)))
            try await withStore { store in
                let status = BranchStatus(configuration: try GivenSettings.sufficient.read(), instance: "here")
                let desired = DesiredHook(publicURL: publicURL("http://127.0.0.1:1"), secret: Secret("hush"))
                try await withEngineHTTP { http in
                    let registration = HookRegistration(
                        gitHub: client, neighbours: NeighbourObservers(http: http, instance: "here", logger: .silent),
                        store: store, branch: Sample.branch, status: status, polls: true, logger: .silent,
                        patience: .milliseconds(300))
                    let id = try await registration.register(desired).id
                    async let rejected: Void = {
                        try await gitHub.request(.post, "/repos/mhausenblas/s4d/hooks/\(id)/pings")
                        RejectedDeliveries(feed: store.feed).note(.signatureWrong, of: .ping(of: id))
                    }()
                    await #expect(throws: GitHubError.self) { try await registration.prove(id, desired) }
                    try await rejected
                }
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

extension DeliveryRequest {
    fileprivate static func ping(of hook: Int) -> DeliveryRequest {
        let headers = [Delivery.Header(name: "X-GitHub-Hook-ID", value: "\(hook)")]
        return DeliveryRequest(headers: headers, body: ByteBuffer(string: "{}"))
    }
}
