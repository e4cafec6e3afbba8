import ComposeDouble
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Ports of the host")
struct ComposePortTests {
    private static let broken = #", "x-double": "unhealthy", "healthcheck": {}"#

    private static func files(_ name: String, port: Int = 8080, _ fields: String = "") -> [String: String?] {
        ComposeFile([name: #""image": "web:1", "ports": ["\#(port):80"]\#(fields)"#]).files
    }

    @Test("a renamed service gets the port of the previous one, which is stopped first and removed last")
    func renamed() async throws {
        try await withCompose { world, double in
            try await world.deploy(Self.files("web"))
            let run = try await world.deploy(Self.files("shop"))
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(run.outcome == "1 created (shop), 1 removed (web)")
            #expect(try double.state.containers.map(\.service) == ["shop"])
            let lines = try await world.journal(of: run)
            let stopped = try #require(lines.firstIndex(of: "stopped s4d-web-1: shop needs port 8080"))
            let removed = try #require(lines.firstIndex(of: "removed web"))
            #expect(stopped < removed)
        }
    }

    @Test("if the renamed service is broken, the previous one gets its port back, and is not replaced")
    func rolledBack() async throws {
        try await withCompose { world, double in
            try await world.deploy(Self.files("web"))
            let before = try double.state.containers.map(\.id)
            let run = try await world.deploy(Self.files("shop", Self.broken))
            let outcome = try #require(run.outcome)
            #expect(outcome.hasPrefix("shop is unhealthy: its health check is failing"), "\(outcome)")
            let end = "Rolled back; the previous version of web is healthy; shop was new and is removed again."
            #expect(outcome.hasSuffix(end), "\(outcome)")
            #expect(try double.state.containers.map(\.id) == before)
            #expect(try double.state.containers.allSatisfy { $0.stoppedAt == nil })
        }
    }

    @Test("without a success on this disk, a service that had to give its port away is started again, too")
    func lostDisk() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            let both = { @Sendable (name: String, fields: String) in
                ComposeFile([
                    "db": #""image": "db:1""#, name: #""image": "web:1", "ports": ["8080:80"]\#(fields)"#,
                ]).files
            }
            let double = try DoubleWorld.make(in: directory)
            var setup = ObserverSetup { $0.flags[.target] = "compose" }
            setup.environment = double.environment
            let observed = setup
            _ = try await withObserver(observed, in: simulators) { world in
                try await world.deploy(both("web", ""))
            }
            // Another state directory.
            _ = try await withObserver(observed, in: simulators) { world in
                let run = try await world.deploy(both("shop", Self.broken))
                #expect(run.stage == .failed)
                let web = try #require(try double.state.containers.first { $0.service == "web" })
                #expect(web.stoppedAt == nil, "\(run.outcome ?? "")")
            }
        }
    }

    /// Adds a service to the project that someone started there.
    private func addOther(to double: DoubleWorld) throws {
        try double.change { state in
            var other = state.containers[0]
            (other.id, other.name, other.service, other.ports) = (state.makeID(), "s4d-old-1", "old", [9090])
            other.labels["com.docker.compose.service"] = "old"
            other.labels = other.labels.filter { !$0.key.hasPrefix("DPLOY") }
            state.containers.append(other)
        }
    }

    @Test("a service that -prune removes and that is in no commit is started again if the deployment fails")
    func pruned() async throws {
        try await withCompose(ObserverSetup { $0.flags[.prune] = "true" }) { world, double in
            try await world.deploy(Self.files("web"))
            try addOther(to: double)
            let files = ComposeFile([
                "web": #""image": "web:1", "ports": ["8080:80"]"#,
                "api": #""image": "api:1", "ports": ["9090:80"]\#(Self.broken)"#,
            ]).files
            let run = try await world.deploy(files)
            #expect(run.outcome?.hasSuffix("api was new and is removed again.") == true, "\(run.outcome ?? "")")
            #expect(try await world.journal(of: run).contains("stopped s4d-old-1: api needs port 9090"))
            #expect(try double.state.containers.map(\.service) == ["web", "old"])
            #expect(try double.state.containers.allSatisfy { $0.stoppedAt == nil })
        }
    }

    @Test("without -prune, the failure names the service that holds the port")
    func kept() async throws {
        try await withCompose { world, double in
            try await world.deploy(Self.files("web"))
            try addOther(to: double)
            let run = try await world.deploy(Self.files("web", port: 9090))
            let outcome = try #require(run.outcome)
            let words =
                "port is already allocated. old holds port 9090 of web and is not in the compose file "
                + "(-prune removes such services). Rolled back;"
            #expect(outcome.contains(words), "\(outcome)")
            #expect(try double.containers(of: "old").map(\.stoppedAt) == [nil])
        }
    }

    @Test("in the network of the host, the failure names the services that may hold the port")
    func hostNetwork() async throws {
        try await withCompose { world, _ in
            let fields = #""image": "web:1", "network_mode": "host""#
            try await world.deploy(ComposeFile(["web": fields]).files)
            let output = #", "x-double": "exits 1", "x-output": "bind: Address already in use""#
            let run = try await world.deploy(ComposeFile(["shop": fields + output]).files)
            let outcome = try #require(run.outcome)
            let words = "web also uses the network of the host. If it holds the port, stop it and deploy again. Rolled"
            #expect(outcome.contains(words), "\(outcome)")
        }
    }

    @Test(
        "those of a service are read in each syntax of Compose",
        arguments: [
            (#""8080:80""#, 8080...8080, "tcp", nil), (#""127.0.0.1:53:5353/UDP""#, 53...53, "udp", "127.0.0.1"),
            (#""[::1]:80:80""#, 80...80, "tcp", "::1"), (#""0.0.0.0:8000-8001:80-81""#, 8000...8001, "tcp", nil),
            (#"{"target": 80, "published": 8080}"#, 8080...8080, "tcp", nil),
            (#"{"published": "53", "protocol": "udp", "host_ip": "10.0.0.1"}"#, 53...53, "udp", "10.0.0.1"),
            (#""80""#, nil, "", nil), (#""127.0.0.1::80""#, nil, "", nil), (#""8000-8010:80""#, nil, "", nil),
            (#"{"target": 80, "published": "8000-8010"}"#, nil, "", nil), (#""0:80""#, nil, "", nil),
        ] as [(String, ClosedRange<Int>?, String, String?)])
    func syntax(item: String, numbers: ClosedRange<Int>?, transport: String, address: String?) throws {
        let service = ComposeService(
            name: "web", definition: try YAMLDocument.value(of: #"{"ports": [\#(item)]}"#))
        let expected = numbers.flatMap { PublishedPort($0, transport: transport, address: address) }
        #expect(service.published == [expected].compactMap(\.self))
    }

    @Test("two collide on the same address with the same transport")
    func collisions() throws {
        let port = { (number: Int, transport: String, address: String?) in
            try #require(PublishedPort(number...number, transport: transport, address: address))
        }
        let web = try port(80, "tcp", nil)
        #expect(try web.collides(with: port(80, "tcp", "10.0.0.1")) && web.collides(with: port(80, "tcp", "::")))
        #expect(try !web.collides(with: port(81, "tcp", nil)) && !web.collides(with: port(80, "udp", nil)))
        let first = try port(80, "tcp", "10.0.0.1")
        #expect(try first.collides(with: first) && !first.collides(with: port(80, "tcp", "10.0.0.2")))
    }
}
