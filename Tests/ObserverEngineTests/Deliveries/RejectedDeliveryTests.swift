import Foundation
import NIOCore
import ObserverEngine
import Testing

@Suite("Rejected deliveries")
struct RejectedDeliveryTests {
    @Test("only the newest hundred are remembered, none is stored, all are counted")
    func ring() async throws {
        try await withStore { store in
            let rejected = RejectedDeliveries(feed: store.feed)
            let metrics = Metrics()
            let receiver = DeliveryReceiver(
                repository: RepositoryName(owner: "o", name: "r"), branch: "dcos", secrets: HookSecrets(Secret("s")),
                store: store,
                rejected: rejected, metrics: metrics,
                status: EngineStatus(configuration: try GivenSettings.sufficient.read(), instance: "test"),
                logger: .silent)
            for number in 0..<150 {
                let answer = await receiver.receive(Self.unsigned(guid: "guid-\(number)"))
                #expect(answer.status == 401)
            }
            #expect(rejected.all.map(\.guid) == (50..<150).map { "guid-\($0)" })
            let isEachWronglySigned = rejected.all.allSatisfy(\.isWronglySigned)
            #expect(isEachWronglySigned)
            let stored = try await store.deliveryCount()
            #expect(stored == 0)
            let text = metrics.text(hook: HookState(), rateLimit: nil)
            #expect(text.contains(#"dploy_observer_deliveries_total{verdict="rejected"} 150"#))
        }
    }

    @Test("what a stranger claims is cut short")
    func longClaims() async throws {
        try await withStore { store in
            let rejected = RejectedDeliveries(feed: store.feed)
            let receiver = DeliveryReceiver(
                repository: RepositoryName(owner: "o", name: "r"), branch: "dcos", secrets: HookSecrets(Secret("s")),
                store: store,
                rejected: rejected, metrics: Metrics(),
                status: EngineStatus(configuration: try GivenSettings.sufficient.read(), instance: "test"),
                logger: .silent)
            _ = await receiver.receive(Self.unsigned(guid: String(repeating: "g", count: 5000)))
            #expect(rejected.all.map { $0.guid?.count } == [64])
        }
    }

    private static func unsigned(guid: String) -> DeliveryRequest {
        let headers = [
            Delivery.Header(name: "Content-Type", value: "application/json"),
            Delivery.Header(name: "X-GitHub-Event", value: "push"),
            Delivery.Header(name: "X-GitHub-Delivery", value: guid),
        ]
        return DeliveryRequest(headers: headers, body: ByteBuffer(string: "{}"))
    }
}
