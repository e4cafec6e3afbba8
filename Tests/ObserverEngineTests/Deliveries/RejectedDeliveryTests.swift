import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import ObserverEngine
import Testing

@Suite("Rejected deliveries")
struct RejectedDeliveryTests {
    @Test("only the newest hundred are remembered, none is stored, all are counted")
    func ring() async throws {
        try await withStore { store in
            let rejected = RejectedDeliveries(feed: store.feed)
            let metrics = Metrics(of: Sample.branch)
            let receiver = try Self.receiver(in: store, remembering: rejected, metrics: metrics)
            for number in 0..<150 {
                let answer = await receiver.receive(Self.unsigned(guid: "guid-\(number)"))
                #expect(answer.status == 401)
            }
            #expect(rejected.all.map(\.guid) == (50..<150).map { "guid-\($0)" })
            let stored = try await store.deliveryCount()
            #expect(stored == 0)
            let text = metrics.text(hook: HookState(), rateLimit: nil)
            #expect(try PrometheusPage(text)[#"dploy_observer_deliveries_total{verdict="rejected"}"#] == 150)
        }
    }

    @Test("the claims of an untrusted client are truncated")
    func longClaims() async throws {
        try await withStore { store in
            let rejected = RejectedDeliveries(feed: store.feed)
            let receiver = try Self.receiver(in: store, remembering: rejected)
            _ = await receiver.receive(Self.unsigned(guid: String(repeating: "g", count: 5000)))
            #expect(rejected.all.map { $0.guid?.count } == [64])
        }
    }

    @Test("so is a single character of 78 KB, wherever it is kept", arguments: ["header", "content type"])
    func longCharacter(place: String) async throws {
        try await withStore { store in
            let recent = RecentLog()
            let rejected = RejectedDeliveries(feed: store.feed)
            let receiver = try Self.receiver(
                in: store, remembering: rejected,
                log: LimitedLog(
                    logger: Logger(label: "test") { _ in
                        RecentLogHandler(level: .debug, recent: recent, redactor: Redactor(secrets: []))
                    }))
            let long = "a" + Self.marks
            _ = await receiver.receive(
                Self.unsigned(guid: long, event: long, contentType: place == "header" ? "application/json" : long))
            let entry = try #require(rejected.all.first)
            for text in [entry.guid, entry.event, entry.reason] { #expect(try #require(text).utf8.count < 300) }
            #expect(recent.lines.map(\.text).joined().utf8.count < 600)
        }
    }

    private static func receiver(
        in store: Store, remembering rejected: RejectedDeliveries, metrics: Metrics = Metrics(of: Sample.branch),
        log: LimitedLog = LimitedLog(logger: .silent)
    ) throws -> DeliveryReceiver {
        let status = BranchStatus(configuration: try GivenSettings.sufficient.read(), instance: "test")
        return DeliveryReceiver(
            judge: DeliveryJudge(identity: try .unused(in: store), status: status),
            secrets: WebhookSecrets(Secret("s")), store: store, rejected: rejected, metrics: metrics, status: status,
            log: log)
    }

    private static let marks = String(repeating: "\u{301}", count: 39_000)

    private static func unsigned(
        guid: String, event: String = "push", contentType: String = "application/json"
    ) -> DeliveryRequest {
        let headers = [
            Delivery.Header(name: "Content-Type", value: contentType),
            Delivery.Header(name: "X-GitHub-Event", value: event),
            Delivery.Header(name: "X-GitHub-Delivery", value: guid),
        ]
        return DeliveryRequest(headers: headers, body: ByteBuffer(string: "{}"))
    }
}

extension RepositoryIdentity {
    /// One that never asks GitHub.
    fileprivate static func unused(in store: Store) throws -> RepositoryIdentity {
        let configuration = try GivenSettings.sufficient.read()
        return RepositoryIdentity(
            gitHub: GitHubClient(
                http: .shared, api: configuration.gitHub.api, repository: configuration.branch.repository,
                token: AccessToken(configuration.gitHub.accessToken, file: nil)),
            store: store, status: BranchStatus(configuration: configuration, instance: "test"), logger: .silent)
    }
}
