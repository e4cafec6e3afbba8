import Processes
import Simulators
import Testing

@Suite("Mesos-DNS failures")
struct MesosDNSFaultTests {
    private static let service = "_dploy-observer._tcp.marathon.mesos."

    /// Mesos-DNS lists the observer with a published port that differs from the one it listens on, as for a container.
    private func withDiscovery(
        _ changes: [String: String] = [:],
        prepare: @escaping @Sendable (MesosDNSSimulator, _ port: Int) async throws -> Void = { $0.register(port: $1) },
        _ body: @escaping @Sendable (FaultScene, _ port: Int) async throws -> Void
    ) async throws {
        let port = try await freePort()
        try await withFaults(changes.merging(["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)"]) { $1 }) { world in
            // Route the published port to the one it listens on.
            world.simulators.gitHub.mapAddress("127.0.0.1:\(Self.published)", to: "127.0.0.1:\(port)")
            try await prepare(world.simulators.mesosDNS, Self.published)
        } _: { scene in
            try await body(scene, Self.published)
        }
    }

    private static let published = 8849
    private static let good = "http://127.0.0.1:8849/dploy"

    @Test("registration waits for Mesos-DNS up to the configured delay")
    func late() async throws {
        try await withDiscovery(["DPLOY_OBSERVER_DELAY_REGISTRATION": "20"]) { _, _ in
        } _: { scene, port in
            try await scene.servers.mesosDNS.request(.get, "/v1/services/*", count: 2)
            scene.servers.mesosDNS.register(port: port)
            #expect(try await scene.servers.gitHub.waitForHook().url == Self.good)
            try await scene.pushes.push()
        }
    }

    @Test(
        "after a failure at registration, the next review moves the webhook",
        arguments: Failure.all + (FaultRounds.isShort ? [] : [.anotherPort]))
    func atRegistration(failure: Failure) async throws {
        try await withDiscovery { mesosDNS, _ in
            try await failure.begin(mesosDNS)
        } _: { scene, port in
            try await scene.servers.gitHub.waitForHook()
            try await scene.pushes.push()
            try await failure.end(scene.servers.mesosDNS)
            scene.servers.mesosDNS.register(port: port)
            // The review first waits for a ping that does not arrive.
            try await scene.servers.gitHub.wait(for: "the webhook to move", timeout: .seconds(60)) { state in
                state.hooks.map(\.url) == [Self.good] ? true : nil
            }
            try await scene.pushes.push()
        }
    }

    @Test(
        "after a failure at a review, the webhook keeps its URL and pushes arrive",
        arguments: Failure.all)
    func atReview(failure: Failure) async throws {
        try await withDiscovery { scene, _ in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            try await failure.begin(scene.servers.mesosDNS)
            for _ in 1...2 { try await scene.waitForReview() }
            #expect(scene.servers.gitHub.hooks().map(\.url) == [Self.good])
            #expect(try await scene.pushes.push().answer?.status == 202)
            try await failure.end(scene.servers.mesosDNS)
        }
    }

    /// A failure of Mesos-DNS.
    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let begin: @Sendable (MesosDNSSimulator) async throws -> Void
        let end: @Sendable (MesosDNSSimulator) async throws -> Void

        private static func fault(_ description: String, _ effect: Fault.Effect) -> Failure {
            Failure(
                testDescription: description, begin: { $0.inject(Fault(effect: effect)) }, end: { $0.clearFaults() })
        }

        /// A record of the previous task that Mesos-DNS has not removed yet.
        static let anotherPort = Failure(
            testDescription: "another port", begin: { $0.register(port: 9) }, end: { _ in })

        static let all = FaultRounds.isShort ? few : few + more

        private static let few = [
            Failure(testDescription: "empty", begin: { $0.remove(service: service) }, end: { _ in }),
            Failure(testDescription: "down", begin: { try await $0.stop() }, end: { try await $0.start() }),
            fault("web page", .body(Incident.garbage, type: "text/html")),
            fault("invalid port", .body(#"[{"service":"x","host":"x","ip":"1.2.3.4","port":"99999"}]"#)),
        ]

        private static let more = [
            fault("500", .status(500)), fault("truncated", .truncate), fault("reset", .reset), fault("hangs", .hang),
        ]
    }
}

extension MesosDNSSimulator {
    fileprivate func register(port: Int) {
        set(
            service: "_dploy-observer._tcp.marathon.mesos.",
            to: [MesosDNSRecords.Service(host: "dploy-observer.marathon.mesos.", ip: "10.0.7.91", port: port)])
    }
}

extension FaultScene {
    /// Waits until the webhook has been checked once more.
    fileprivate func waitForReview() async throws {
        let list = "/repos/mhausenblas/s4d/hooks"
        try await servers.gitHub.request(.get, list, count: servers.gitHub.requests(.get, list).count + 1)
    }
}
