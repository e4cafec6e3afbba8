import Foundation
import ObserverEngine
import Simulators

/// Runs the body with an observer that listens but has no webhook, so that no ping interferes.
func withReceiver<Value: Sendable>(_ body: @escaping @Sendable (World) async throws -> Value) async throws -> Value {
    var setup = ObserverSetup()
    setup.waitsForHook = false
    setup.flags[.publicNode] = ""
    return try await withObserver(setup) { world in
        _ = try await world.engine.listening.get()
        return try await body(world)
    }
}

extension World {
    /// Sends a correctly signed delivery.
    @discardableResult
    func deliver(
        event: String = "push", body: String, guid: String = UUID().uuidString, headers: HeaderFields = [:]
    ) async -> GitHubSimulator.DeliveryAnswer? {
        let fields: HeaderFields = ["X-GitHub-Hook-ID": "42"]
        return await gitHub.deliver(
            event: event, body: Array(body.utf8), secret: configuration.hookSecret.value, guid: guid,
            headers: fields.merging(headers), url: try? await hookURL()
        ).answer
    }

    func deliver(_ delivery: DeliveryCase) async -> GitHubSimulator.DeliveryAnswer? {
        var headers = delivery.headers
        var secret: String?
        switch delivery.signing {
        case .right: secret = configuration.hookSecret.value
        case .wrong: secret = "guessed"
        case .none: break
        case .header(let value): headers = headers.merging(["X-Hub-Signature-256": value])
        }
        return await gitHub.deliver(
            event: delivery.event, body: Array(delivery.body.utf8), secret: secret, headers: headers,
            contentType: delivery.contentType, url: try? await hookURL()
        ).answer
    }

    func hookURL() async throws -> String { try await url() + "/dploy" }
}
