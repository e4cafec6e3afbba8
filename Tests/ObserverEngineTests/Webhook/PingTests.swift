import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import Simulators
import Testing

@testable import ObserverEngine

/// Registration without a server behind the address: the ping never arrives.
@Suite("A ping from GitHub")
struct PingTests {
    private let branch = WatchedBranch(
        repository: RepositoryName(owner: "mhausenblas", name: "s4d"), name: "dcos")

    @Test("that does not arrive in time is a warning with the address, and changes nothing else")
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
            let desired = DesiredWebhook(
                publicURL: publicURL("http://127.0.0.1:1"), secret: Secret("hush"))
            try await withEngineHTTP { http in
                var settings = WebhookReconciler.Settings(branch: branch, polls: true)
                settings.pingTimeout = .milliseconds(300)
                let reconciler = try WebhookReconciler(
                    settings, gitHub: client, http: http, store: store, status: status, logger: logger)
                let id = try await reconciler.register(desired).id
                _ = try await reconciler.verifySecret(of: id, desired)
                let warning = try #require(log.all.last)
                #expect(warning.contains("level=warning"))
                #expect(
                    warning.contains(
                        "No ping from GitHub within 300 ms; \(desired.url) is probably not reachable from the internet."
                    ))
                #expect(warning.contains("\(gitHub.url)/mhausenblas/s4d/settings/hooks/\(id)"))
                #expect(status.hook.problem?.contains(desired.url) == true)
                #expect(status.hook.lastPingAt == nil)
                #expect(gitHub.hooks().map(\.id) == [id])
            }
        }
    }

    @Test("that does not arrive stays a problem while the webhook is up to date, until a delivery arrives")
    func doubt() throws {
        let desired = DesiredWebhook(publicURL: publicURL("http://127.0.0.1:1"), secret: Secret("hush"))
        let outcome = WebhookReconciler.Outcome(id: 7, url: desired.url, repairs: [])
        var hook = HookState()
        hook.note(outcome, desired)
        #expect(hook.problem == nil)
        hook.note(doubt: "No ping received.")
        hook.problem = "GitHub is unavailable."
        hook.note(outcome, desired)
        #expect(hook.problem == "No ping received.")
        hook.markReachable()
        #expect(hook.problem == nil)
        hook.note(outcome, desired)
        #expect(hook.problem == nil)
    }

    @Test("with a wrong signature times out where GitHub does not accept the new secret")
    func unchangeable() async throws {
        try await withGitHub { gitHub, client in
            gitHub.inject(Fault(.patch, "/repos/mhausenblas/s4d/hooks/*", effect: .status(502)))
            try await withStore { store in
                let status = BranchStatus(configuration: try GivenSettings.sufficient.read(), instance: "here")
                let desired = DesiredWebhook(publicURL: publicURL("http://127.0.0.1:1"), secret: Secret("hush"))
                try await withEngineHTTP { http in
                    var settings = WebhookReconciler.Settings(branch: branch, polls: true)
                    settings.updateTimeout = .milliseconds(300)
                    let reconciler = try WebhookReconciler(
                        settings, gitHub: client, http: http, store: store, status: status, logger: .silent)
                    let id = try await reconciler.register(desired).id
                    async let rejected: Void = {
                        try await gitHub.request(.post, "/repos/mhausenblas/s4d/hooks/\(id)/pings")
                        RejectedDeliveries(feed: store.feed).note(.signatureWrong, of: .ping(of: id))
                    }()
                    await #expect(throws: GitHubError.self) { try await reconciler.verifySecret(of: id, desired) }
                    try await rejected
                }
            }
        }
    }

    @Test("is logged when it arrives")
    func arrived() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach ")
            #expect(world.engine.status.hook.lastPingAt != nil)
            #expect(world.engine.status.hook.problem == nil)
            let url = try await world.url()
            #expect(world.log.contains("level=info msg=\"Ping received: GitHub can reach \(url)/dploy\""))
        }
    }
}

extension WebhookReconciler {
    /// One for calls that know the desired webhook, so that its endpoint is never used.
    fileprivate init(
        _ settings: Settings, gitHub: GitHubClient, http: HTTPTransport, store: Store, status: BranchStatus,
        logger: Logger
    ) throws {
        let configuration = try GivenSettings.sufficient.read()
        self.init(
            settings: settings,
            endpoint: WebhookEndpoint(
                address: PublicAddress(
                    server: configuration.server, discovery: configuration.discovery,
                    mesosDNS: MesosDNS(http: http, url: configuration.discovery.mesosDNS), logger: logger),
                listening: Latch(), secrets: WebhookSecrets(configuration.hookSecret)),
            otherObservers: OtherObservers(http: http, instance: "here", logger: logger), gitHub: gitHub, store: store,
            status: status, logger: logger)
    }
}

extension DeliveryRequest {
    fileprivate static func ping(of hook: Int) -> DeliveryRequest {
        let headers = [Delivery.Header(name: "X-GitHub-Hook-ID", value: "\(hook)")]
        return DeliveryRequest(headers: headers, body: ByteBuffer(string: "{}"))
    }
}
