import ObserverEngine
import Simulators
import Testing

@Suite("Deliveries from GitHub's addresses only")
struct GitHubAddressesTests {
    /// - Parameter hooks: GitHub's metadata; nil for that of the simulator, with the simulator's own address.
    private func withAddresses(
        _ hooks: String? = nil, trustedProxy: String? = nil, _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        setup.flags[.gitHubAddressesOnly] = "true"
        setup.flags[.trustedProxy] = trustedProxy
        try await withSimulators(setup.simulators) { simulators in
            if let hooks {
                simulators.gitHub.inject(Fault(.get, "/meta", effect: .body(hooks)))
            }
            try await withObserver(setup, in: simulators) { world in
                _ = try await world.engine.listening.get()
                try await body(world)
            }
        }
    }

    private static let elsewhere = #"{"verifiable_password_authentication":true,"hooks":["192.30.252.0/22"]}"#

    @Test("are accepted from there")
    func accepted() async throws {
        try await withAddresses { world in
            try await world.gitHub.waitForDelivery(of: "ping")
            #expect(await world.deliver(body: Payload.push(branch: "other").text)?.status == 200)
        }
    }

    @Test("are rejected from anywhere else, even with a valid signature, and the reason is in log and response")
    func refused() async throws {
        try await withAddresses(Self.elsewhere) { world in
            let answer = await world.deliver(body: Payload.push(branch: "other").text)
            let reason = "127.0.0.1 is not one of GitHub's addresses (-github-addresses-only)"
            #expect(answer?.status == 403)
            let body = String(decoding: answer?.body ?? [], as: UTF8.self)
            #expect(body.contains(reason))
            try await world.log.wait(for: reason)
            #expect(try await world.engine.store.deliveryCount() == 0)
        }
    }

    @Test("are accepted behind a trusted proxy, and an untrusted client's behind it are not")
    func proxied() async throws {
        try await withAddresses(Self.elsewhere, trustedProxy: "127.0.0.1") { world in
            let payload = Payload.push(branch: "other").text
            let honest = await world.deliver(body: payload, headers: ["X-Forwarded-For": "192.30.252.7"])
            #expect(honest?.status == 200)
            let forged = await world.deliver(body: payload, headers: ["X-Forwarded-For": "192.30.252.7, 203.0.113.9"])
            #expect(forged?.status == 403)
        }
    }

    @Test("are all rejected where GitHub does not publish its addresses, and the log names the remedy")
    func unpublished() async throws {
        try await withAddresses(#"{"verifiable_password_authentication":true}"#) { world in
            try await world.log.wait(for: "Start without -github-addresses-only.")
            #expect(await world.deliver(body: Payload.push(branch: "other").text)?.status == 503)
        }
    }
}
