import Processes
import Simulators
import Testing

@Suite("Mesos-DNS late, empty, wrong and gone")
struct MesosDNSFaultTests {
    private static let service = "_dploy-observer._tcp.marathon.mesos."

    /// Mesos-DNS knows the observer under another port than the one that it listens on, as that of a container.
    private func withDiscovery(
        _ changes: [String: String] = [:],
        prepare: @escaping @Sendable (MesosDNSSimulator, _ port: Int) async throws -> Void = { $0.know($1) },
        _ body: @escaping @Sendable (FaultScene, _ port: Int) async throws -> Void
    ) async throws {
        let port = try await freePort()
        try await withFaults(changes.merging(["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)"]) { $1 }) { world in
            // What leads to the published port leads to the one that it listens on.
            world.simulators.gitHub.mapAddress("127.0.0.1:\(Self.published)", to: "127.0.0.1:\(port)")
            try await prepare(world.simulators.mesosDNS, Self.published)
        } _: { scene in
            try await body(scene, Self.published)
        }
    }

    private static let published = 8849
    private static let good = "http://127.0.0.1:8849/dploy"

    @Test("late: the webhook waits for it as long as it may")
    func late() async throws {
        try await withDiscovery(["DPLOY_OBSERVER_DELAY_REGISTRATION": "20"]) { _, _ in
        } _: { scene, port in
            try await scene.servers.mesosDNS.request(.get, "/v1/services/*", count: 2)
            scene.servers.mesosDNS.know(port)
            #expect(try await scene.servers.gitHub.waitForHook().url == Self.good)
            try await scene.pushes.push()
        }
    }

    @Test(
        "empty, wrong or gone at the registration: the next review after its recovery moves the webhook",
        arguments: Trouble.all + (FaultRounds.isShort ? [] : [.anotherPort]))
    func atRegistration(trouble: Trouble) async throws {
        try await withDiscovery { mesosDNS, _ in
            try await trouble.begin(mesosDNS)
        } _: { scene, port in
            try await scene.servers.gitHub.waitForHook()
            try await scene.pushes.push()
            try await trouble.end(scene.servers.mesosDNS)
            scene.servers.mesosDNS.know(port)
            // A ping that does not come is waited for first.
            try await scene.servers.gitHub.wait(for: "the webhook to move", timeout: .seconds(60)) { state in
                state.hooks.map(\.url) == [Self.good] ? true : nil
            }
            try await scene.pushes.push()
        }
    }

    @Test(
        "empty, wrong or gone at a review: the webhook stays where Mesos-DNS had it, and pushes arrive",
        arguments: Trouble.all)
    func atReview(trouble: Trouble) async throws {
        try await withDiscovery { scene, _ in
            try await scene.observer.log.wait(for: "GitHub reaches us")
            try await trouble.begin(scene.servers.mesosDNS)
            for _ in 1...2 { try await scene.awaitReview() }
            #expect(scene.servers.gitHub.hooks().map(\.url) == [Self.good])
            #expect(try await scene.pushes.push().answer?.status == 202)
            try await trouble.end(scene.servers.mesosDNS)
        }
    }

    /// A way in which Mesos-DNS is of no help.
    struct Trouble: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let begin: @Sendable (MesosDNSSimulator) async throws -> Void
        let end: @Sendable (MesosDNSSimulator) async throws -> Void

        private static func fault(_ description: String, _ effect: Fault.Effect) -> Trouble {
            Trouble(
                testDescription: description, begin: { $0.inject(Fault(effect: effect)) }, end: { $0.clearFaults() })
        }

        /// As that of the task before us, which Mesos-DNS has not forgotten yet.
        static let anotherPort = Trouble(testDescription: "another port", begin: { $0.know(9) }, end: { _ in })

        static let all = FaultRounds.isShort ? few : few + more

        private static let few = [
            Trouble(testDescription: "empty", begin: { $0.forget(service: service) }, end: { _ in }),
            Trouble(testDescription: "gone", begin: { try await $0.stop() }, end: { try await $0.start() }),
            fault("a page", .body(Disturbance.garbage, type: "text/html")),
            fault("a port that is none", .body(#"[{"service":"x","host":"x","ip":"1.2.3.4","port":"99999"}]"#)),
        ]

        private static let more = [
            fault("500", .status(500)), fault("cut short", .truncate), fault("reset", .reset), fault("hangs", .hang),
        ]
    }
}

extension MesosDNSSimulator {
    fileprivate func know(_ port: Int) {
        set(
            service: "_dploy-observer._tcp.marathon.mesos.",
            to: [MesosDNSRecords.Service(host: "dploy-observer.marathon.mesos.", ip: "10.0.7.91", port: port)])
    }
}

extension FaultScene {
    /// Waits until the hook has been looked at once more.
    fileprivate func awaitReview() async throws {
        let list = "/repos/mhausenblas/s4d/hooks"
        try await servers.gitHub.request(.get, list, count: servers.gitHub.requests(.get, list).count + 1)
    }
}
