import Logging
import ObserverEngine
import Simulators
import Testing

@Suite("Marathon's address")
struct MarathonAddressTests {
    private func address(
        fixed: String? = nil, descriptor url: String? = nil,
        _ prepare: (MesosDNSSimulator) async throws -> Void = { _ in },
        afterwards change: ((MesosDNSSimulator) async throws -> Void)? = nil
    ) async throws -> String {
        try await withSimulators { simulators in
            try await prepare(simulators.mesosDNS)
            var given = GivenSettings.sufficient
            given.flags[.mesosDNS] = simulators.mesosDNS.url
            given.flags[.marathon] = fixed
            let configuration = try given.read()
            var descriptor = AppDescriptor()
            descriptor.marathonURL = url
            return try await withEngineHTTP { http in
                let address = MarathonAddress(
                    fixed: configuration.marathon.url,
                    mesosDNS: MesosDNS(http: http, url: configuration.discovery.mesosDNS),
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                let first = try await address.find(for: descriptor).description
                guard let change else { return first }
                try await change(simulators.mesosDNS)
                return try await address.find(for: descriptor).description
            }
        }
    }

    @Test("is -marathon if set")
    func setting() async throws {
        #expect(try await address(fixed: "http://set:8080", descriptor: "http://pushed:8080") == "http://set:8080")
    }

    @Test("is discovered by Mesos-DNS, with port 8080")
    func mesosDNS() async throws {
        #expect(try await address(descriptor: "http://pushed:8080") == "http://10.0.7.90:8080")
    }

    @Test(
        "is read from the pushed dploy.app if Mesos-DNS does not know it or fails", arguments: 0..<3)
    func descriptor(trouble: Int) async throws {
        let address = try await address(descriptor: "http://pushed:8080") { mesosDNS in
            switch trouble {
            case 0: mesosDNS.remove(host: "marathon.mesos.")
            case 1: try await mesosDNS.stop()
            default: mesosDNS.inject(Fault(effect: .body("[")))
            }
        }
        #expect(address == "http://pushed:8080")
    }

    @Test("is unknown without any source", arguments: [nil, "not an address"])
    func unknown(url: String?) async throws {
        let error = await #expect(throws: MarathonAddress.Unknown.self) {
            try await address(descriptor: url) { $0.remove(host: "marathon.mesos.") }
        }
        #expect(error?.description.contains("Set DPLOY_MARATHON_URL.") == true)
    }

    @Test("is the last known one while Mesos-DNS fails or does not list it", arguments: [true, false])
    func before(isGone: Bool) async throws {
        let address = try await address(descriptor: "http://pushed:8080") { _ in
        } afterwards: { mesosDNS in
            if isGone { try await mesosDNS.stop() } else { mesosDNS.remove(host: "marathon.mesos.") }
        }
        #expect(address == "http://10.0.7.90:8080")
    }

    @Test("is a transient failure if Mesos-DNS does not respond", arguments: [true, false])
    func noAnswer(isGone: Bool) async throws {
        let error = await #expect(throws: MarathonAddress.Unknown.self) {
            try await address { mesosDNS in
                if isGone { try await mesosDNS.stop() } else { mesosDNS.remove(host: "marathon.mesos.") }
            }
        }
        #expect(error?.isTransient == isGone)
    }
}
