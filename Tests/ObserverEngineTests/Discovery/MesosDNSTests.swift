import ObserverEngine
import Simulators
import Testing

@Suite("Mesos-DNS")
struct MesosDNSTests {
    private func withMesosDNS<Value: Sendable>(
        _ body: (MesosDNS, MesosDNSSimulator) async throws -> Value
    ) async throws -> Value {
        try await withSimulators { simulators in
            try await withEngineHTTP { http in
                var given = GivenSettings.sufficient
                given.flags[.mesosDNS] = simulators.mesosDNS.url
                return try await body(
                    MesosDNS(http: http, url: try given.read().discovery.mesosDNS), simulators.mesosDNS)
            }
        }
    }

    @Test("returns the port of a task, as recorded")
    func service() async throws {
        try await withMesosDNS { mesosDNS, simulator in
            let records = try await mesosDNS.services("_dploy-observer._tcp.marathon.mesos.")
            #expect(
                records == [.init(host: "dploy-observer-bsoy8-s0.marathon.mesos.", ip: "10.0.7.91", port: "8849")])
            #expect(simulator.requests().map(\.encodedPath) == ["/v1/services/_dploy-observer._tcp.marathon.mesos."])
        }
    }

    @Test("returns every port of several tasks")
    func services() async throws {
        try await withMesosDNS { mesosDNS, _ in
            let ports = try await mesosDNS.services("_helloworld._tcp.marathon.mesos.").map(\.port)
            #expect(ports.sorted() == ["17381", "17382", "2201"])
        }
    }

    @Test("returns no records for an unknown name, for which it sends empty strings")
    func unknown() async throws {
        try await withMesosDNS { mesosDNS, _ in
            let records = try await mesosDNS.services("_missing._tcp.marathon.mesos.")
            let addresses = try await mesosDNS.addresses(of: "missing.mesos.")
            #expect(records.isEmpty && addresses.isEmpty)
        }
    }

    @Test("returns the address of Marathon")
    func host() async throws {
        try await withMesosDNS { mesosDNS, _ in
            let addresses = try await mesosDNS.addresses(of: "marathon.mesos.")
            #expect(addresses == ["10.0.7.90"])
        }
    }

    @Test(
        "fails with a sentence if the response is invalid",
        arguments: [
            (Fault.Effect.status(404, body: "404: Page Not Found"), "returned 404 for /v1/hosts/marathon.mesos."),
            (.status(500), "returned 500"), (.body("<html>", type: "text/html"), "invalid response"),
            (.body("{}"), "invalid response"), (.truncate, "invalid response"),
            (.reset, "Can't reach http://127.0.0.1"),
        ])
    func nonsense(effect: Fault.Effect, sentence: String) async throws {
        try await withMesosDNS { mesosDNS, simulator in
            simulator.inject(Fault(effect: effect))
            let failure = await #expect(throws: MesosDNS.Failure.self) {
                try await mesosDNS.addresses(of: "marathon.mesos.")
            }
            #expect(failure?.description.contains(sentence) == true, "\(failure?.description ?? "")")
        }
    }

    @Test(
        "the recorded answers of a real one are read", .enabled(if: SharedFolder.exists, "../shared is missing"),
        arguments: [
            ("services_dploy-observer.json", 1), ("services_two-tasks-three-ports.json", 3),
            ("services_missing.json", 0),
            ("services_staging-task.json", 0), ("services_group-app-without-ports.json", 0),
            ("services_slave-domain.json", 1),
        ])
    func recorded(file: String, count: Int) async throws {
        let text = String(decoding: try SharedFolder.bytes(of: "mesos-dns/\(file)"), as: UTF8.self)
        try await withMesosDNS { mesosDNS, simulator in
            simulator.inject(Fault(effect: .body(text)))
            let records = try await mesosDNS.services("_x._tcp.marathon.mesos.")
            #expect(records.count == count)
        }
    }
}
