import Foundation
import Logging
import Simulators
import Testing

@testable import ObserverEngine

/// A registered webhook whose deliveries another server answers.
private struct PingScene: Sendable {
    let gitHub: GitHubSimulator
    /// Answers at the address of the webhook.
    let receiver: MesosDNSSimulator
    let reconciler: WebhookReconciler
    let store: Store
    let status: BranchStatus
    let log: Lines
    let id: Int
    let desired: DesiredWebhook

    static let hooks = "/repos/mhausenblas/s4d/hooks"

    func verify() async throws -> Bool { try await reconciler.verifySecret(of: id, desired) }
}

/// - Parameters:
///   - address: Where GitHub delivers; nil is the receiver.
///   - answer: The status of the receiver's answer.
private func withPings<Value: Sendable>(
    to address: String? = nil, answer: Int = 200, timeout: Duration = .milliseconds(600),
    prepare: @escaping @Sendable (Simulators) -> Void = { _ in },
    _ body: @escaping @Sendable (PingScene) async throws -> Value
) async throws -> Value {
    try await withSimulators { simulators in
        simulators.mesosDNS.inject(Fault(.post, "/dploy", effect: .status(answer)))
        prepare(simulators)
        var given = GivenSettings.sufficient
        given.flags[.gitHubAPI] = simulators.gitHub.url
        let configuration = try given.read()
        let log = Lines()
        let logger = Logger(label: "test") { _ in
            LogrusHandler(level: .debug, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
        }
        return try await withStore { store in
            try await withEngineHTTP { http in
                let gitHub = GitHubClient(
                    http: http, api: configuration.gitHub.api, repository: configuration.branch.repository,
                    token: AccessToken(configuration.gitHub.accessToken, file: nil))
                let status = BranchStatus(configuration: configuration, instance: "here", feed: store.feed)
                var settings = WebhookReconciler.Settings(branch: configuration.branch, polls: true)
                (settings.pingTimeout, settings.updateTimeout) = (timeout, .milliseconds(300))
                let reconciler = WebhookReconciler(
                    settings: settings,
                    endpoint: WebhookEndpoint(
                        address: PublicAddress(
                            server: configuration.server, discovery: configuration.discovery,
                            mesosDNS: MesosDNS(http: http, url: configuration.discovery.mesosDNS), logger: logger),
                        listening: Latch(), secrets: WebhookSecrets(configuration.hookSecret),
                        otherObservers: OtherObservers(http: http, branch: configuration.branch, logger: logger)),
                    identity: RepositoryIdentity(gitHub: gitHub, store: store, status: status, logger: logger),
                    gitHub: gitHub, store: store, status: status, logger: logger)
                let desired = DesiredWebhook(
                    publicURL: try ServiceURL(address ?? simulators.mesosDNS.url), secret: Secret("hush"))
                let id = try await reconciler.register(desired).id
                return try await body(
                    PingScene(
                        gitHub: simulators.gitHub, receiver: simulators.mesosDNS, reconciler: reconciler, store: store,
                        status: status, log: log, id: id, desired: desired))
            }
        }
    }
}

@Suite("A ping from GitHub")
struct PingTests {
    @Test("that never arrives is a warning with the address, and changes nothing else")
    func missing() async throws {
        try await withPings(prepare: { $0.gitHub.setDisorder(DeliveryDisorder(seed: 1, lostOneIn: 1)) }) { scene in
            #expect(try await !scene.verify())
            let warning = try #require(scene.log.all.last)
            #expect(warning.contains("level=warning"))
            #expect(
                warning.contains(
                    "No ping from GitHub within 600 ms; \(scene.desired.url) is probably not reachable from the internet."
                ))
            #expect(warning.contains("\(scene.gitHub.url)/mhausenblas/s4d/settings/hooks/\(scene.id)"))
            #expect(scene.status.hook.problem?.contains(scene.desired.url) == true)
            #expect(scene.status.hook.lastPingAt == nil)
            #expect(scene.gitHub.requests(.patch, PingScene.hooks + "/*").isEmpty)
        }
    }

    @Test("that GitHub can't deliver is a warning with GitHub's reason")
    func failed() async throws {
        try await withPings(to: "http://127.0.0.1:1", timeout: .seconds(20)) { scene in
            #expect(try await !scene.verify())
            try await scene.log.wait(
                for:
                    "GitHub can't deliver to http://127.0.0.1:1/dploy: 502, failed to connect to host. Check the firewall"
            )
            #expect(scene.status.hook.problem?.contains("failed to connect to host") == true)
        }
    }

    @Test("that another server answers is a warning")
    func strayed() async throws {
        try await withPings(timeout: .seconds(20)) { scene in
            #expect(try await !scene.verify())
            try await scene.log.wait(for: "A ping from GitHub to \(scene.desired.url) was answered by another server.")
        }
    }

    @Test("to another webhook with the same secret is not taken for the expected one")
    func otherHook() async throws {
        try await withPings(timeout: .seconds(20)) { scene in
            async let result = scene.verify()
            try await scene.gitHub.request(.post, "\(PingScene.hooks)/\(scene.id)/pings")
            _ = try await scene.store.record(.ping(of: scene.id + 1))
            #expect(try await !result)
            #expect(!scene.log.contains("Ping received"))
        }
    }

    @Test("that arrives late is received, whatever others send meanwhile")
    func late() async throws {
        try await withPings(timeout: .seconds(20)) { scene in
            let rejected = RejectedDeliveries(feed: scene.store.feed)
            async let result = scene.verify()
            try await scene.gitHub.request(.post, "\(PingScene.hooks)/\(scene.id)/pings")
            let entry = RejectedDeliveries.Entry(at: Date(), status: 401, reason: "forged", event: "ping", guid: "1")
            for _ in 1...5000 {
                rejected.note(entry)
                scene.store.feed.post([.rejection(entry)])
            }
            _ = try await scene.store.record(.ping(of: scene.id))
            #expect(try await !result)
            #expect(scene.log.contains("Ping received: GitHub can reach \(scene.desired.url)"))
            #expect(scene.status.hook.problem == nil)
        }
    }

    @Test("that is answered with 401 makes the observer set the secret, and is an error if that did not help")
    func refused() async throws {
        try await withPings(answer: 401, timeout: .seconds(20)) { scene in
            let isRepaired = try await scene.verify()
            #expect(!isRepaired)
            #expect(scene.log.contains("Webhook \(scene.id) has a different secret; setting it again"))
            #expect(scene.gitHub.requests(.patch, "\(PingScene.hooks)/\(scene.id)").count == 1)
            #expect(scene.status.hook.problem?.contains("Pings from GitHub are still answered with 401") == true)
        }
    }

    @Test("that is answered with 401 times out where GitHub does not accept the new secret")
    func unchangeable() async throws {
        try await withPings(answer: 401, timeout: .seconds(20)) { scene in
            scene.gitHub.inject(Fault(.patch, PingScene.hooks + "/*", effect: .status(502)))
            await #expect(throws: GitHubError.self) { try await scene.verify() }
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

    @Test(
        "is received, and changes nothing, while others flood the observer with forged ones that carry its webhook's id"
    )
    func forged() async throws {
        var setup = ObserverSetup()
        setup.simulators.gitHub.disorder = DeliveryDisorder(seed: 3)
        setup.waitsForHook = false
        try await withObserver(setup) { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.gitHub.request(.post, "\(PingScene.hooks)/\(hook.id)/pings")
            for number in 1...200 {
                let secret = number.isMultiple(of: 2) ? "guessed" : nil
                let answer = await world.gitHub.deliver(event: "ping", body: Array("{}".utf8), secret: secret).answer
                #expect(answer?.status == 401)
            }
            try await world.log.wait(for: "Ping received: GitHub can reach ")
            #expect(world.gitHub.requests(.patch, PingScene.hooks + "/*").isEmpty)
            #expect(world.gitHub.requests(.post, PingScene.hooks + "/*").count == 1)
            #expect(world.engine.status.hook.problem == nil)
            // One line without a signature, one with a wrong one.
            #expect(world.log.all.count { $0.contains("Rejected a delivery") } == 2)
            let page = try PrometheusPage(try await world.metrics().text)
            #expect(page[#"dploy_observer_deliveries_total{verdict="rejected"}"#] == 200)
            #expect(page["dploy_observer_hook_repairs_total"] == 0)
        }
    }

    @Test("is found in GitHub's log by its result")
    func log() throws {
        let log = try [
            #"{"id":3,"guid":"c","event":"push","status":"OK","status_code":401}"#,
            #"{"id":2,"guid":"b","event":"ping","status":"Invalid HTTP Response: 401","status_code":401}"#,
            #"{"id":1,"guid":"a","event":"ping","status":"OK","status_code":200}"#,
        ].map(Self.delivery)
        #expect(WebhookPing.judge(log, since: []) == .refused)
        #expect(WebhookPing.judge(log, since: [2]) == .strayed)
        #expect(WebhookPing.judge(log, since: [1, 2]) == nil)
        let pending = try Self.delivery(#"{"id":4,"guid":"d","event":"ping","status":"pending","status_code":0}"#)
        #expect(WebhookPing.judge([pending], since: []) == nil)
        let late = try Self.delivery(#"{"id":5,"guid":"e","event":"ping","status":"timed out","status_code":504}"#)
        #expect(WebhookPing.judge([late], since: []) == .failed("504, timed out"))
    }

    private static func delivery(_ json: String) throws -> GitHubDelivery {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(GitHubDelivery.self, from: Data(json.utf8))
    }
}

extension Delivery {
    fileprivate static func ping(of hook: Int) -> Delivery {
        Delivery(
            key: Key(hookID: hook, guid: UUID().uuidString), event: "ping", receivedAt: Date(),
            repository: RepositoryName(owner: "mhausenblas", name: "s4d"), push: nil, verdict: .ping,
            payload: Payload(body: Data("{}".utf8)))
    }
}
