import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Discovery of a running observer")
struct DiscoveryTests {
    private static let service = "_dploy-observer._tcp.marathon.mesos."

    /// Starts an observer and waits for the log line with its public address.
    private func found(
        environment: [String: String] = [:], flags: [Setting: String] = [:],
        _ prepare: @escaping @Sendable (Simulators) async throws -> Void = { _ in },
        _ check: @escaping @Sendable (World, _ line: String) async throws -> Void
    ) async throws {
        var setup = ObserverSetup()
        setup.waitsForHook = false
        setup.environment = environment
        setup.flags = flags.merging([.publicNode: "192.0.2.1"]) { $1 }
        try await withSimulators { [setup] simulators in
            try await prepare(simulators)
            try await withObserver(setup, in: simulators) { world in
                try await check(world, try await world.log.wait(for: "Found myself at "))
            }
        }
    }

    @Test("queries Mesos-DNS every second until it lists this task, at most for the delay")
    func becomesKnown() async throws {
        try await found(flags: [.registrationDelay: "30"]) { simulators in
            simulators.mesosDNS.inject(
                Fault(
                    .get, "/v1/services/*", times: 1,
                    effect: .status(200, body: #"[{"service":"","host":"","ip":"","port":""}]"#)))
            simulators.mesosDNS.inject(
                Fault(
                    .get, "/v1/services/*",
                    effect: .status(200, body: #"[{"service":"x","host":"x","ip":"10.0.7.91","port":"8849"}]"#)))
        } _: { world, line in
            #expect(line.contains(#"level=debug msg="Found myself at http://192.0.2.1:8849" sd=done"#))
            #expect(
                world.log.contains(#"level=debug msg="Trying to query HTTP API of \#(world.mesosDNS.url)" sd=step"#))
            let times = world.mesosDNS.requests(.get, "/v1/services/*").map(\.receivedAt)
            try #require(times.count == 2)
            #expect(times[1].timeIntervalSince(times[0]) >= 1)
        }
    }

    @Test("uses Marathon's environment if Mesos-DNS does not list this task in time")
    func unknown() async throws {
        try await found(environment: ["PORT0": "31005"]) { world, line in
            #expect(line.contains("Found myself at http://192.0.2.1:31005"))
            #expect(
                world.log.contains(
                    "Mesos-DNS at \(world.mesosDNS.url) does not know \(Self.service) Using Marathon's environment."
                ))
        }
    }

    @Test("does not wait for Mesos-DNS to list an id that is too long for a label")
    func longID() async throws {
        let id = "/" + (1...8).map { "a-long-group-\($0)" }.joined(separator: "/")
        let environment = ["PORT0": "31005", "MARATHON_APP_ID": id]
        try await found(environment: environment, flags: [.registrationDelay: "3000"]) { world, line in
            #expect(line.contains("Found myself at http://192.0.2.1:31005"))
            #expect(world.mesosDNS.requests(.get, "/v1/services/*").isEmpty)
            #expect(world.log.contains("a DNS label has at most 63 characters. Using Marathon's environment."))
        }
    }

    @Test("uses the listening port without any other source")
    func alone() async throws {
        try await found { world, line in
            let port = try await world.engine.listening.get()
            #expect(line.contains("Found myself at http://192.0.2.1:\(port)\""))
            #expect(world.log.contains("Using the listening port."))
        }
    }

    @Test("does not wait for a Mesos-DNS that fails", arguments: [true, false])
    func gone(stopped: Bool) async throws {
        try await found(environment: ["PORT_8888": "31005"], flags: [.registrationDelay: "600"]) { simulators in
            if stopped {
                try await simulators.mesosDNS.stop()
            } else {
                simulators.mesosDNS.inject(Fault(effect: .body("<html>", type: "text/html")))
            }
        } _: { world, line in
            #expect(line.contains("Found myself at http://192.0.2.1:31005"))
            #expect(world.log.contains("Using Marathon's environment."))
        }
    }

    @Test(
        "queries the app name that Marathon assigned",
        arguments: [("/dploy-observer", "dploy-observer"), ("/team/ci/observer", "observer-ci-team")])
    func appID(id: String, name: String) async throws {
        try await found(environment: ["MARATHON_APP_ID": id]) { world, _ in
            #expect(
                world.mesosDNS.requests(.get, "/v1/services/*").map(\.path) == [
                    "/v1/services/_\(name)._tcp.marathon.mesos."
                ])
        }
    }

    @Test("a target outside of the cluster does not ask Mesos-DNS, unless it is configured")
    func otherTarget() async throws {
        try await found(flags: [.deployCommand: "true", .mesosDNS: ""]) { world, line in
            let port = try await world.engine.listening.get()
            #expect(line.contains("Found myself at http://192.0.2.1:\(port)\""))
            #expect(!world.log.contains("Trying to query HTTP API") && !world.log.contains("Using the listening port"))
        }
        try await found(flags: [.deployCommand: "true"]) { world, _ in
            #expect(!world.mesosDNS.requests(.get, "/v1/services/*").isEmpty)
        }
    }

    @Test("is overridden by a public URL: Mesos-DNS is not queried")
    func publicURL() async throws {
        try await found(flags: [.publicURL: "https://proxy.example.com/observer"]) { world, line in
            #expect(line.contains("Found myself at https://proxy.example.com/observer"))
            #expect(world.mesosDNS.requests().isEmpty)
            let hook = try await world.gitHub.waitForHook()
            #expect(hook.url == "https://proxy.example.com/observer/dploy")
        }
    }
}
