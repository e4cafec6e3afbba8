import ComposeDouble
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Removing services")
struct ComposeRemovalTests {
    private static let web = #""image": "web:1""#
    private static let all = ComposeFile([
        "web": web, "net": #""image": "net:1""#, "side": #""image": "side:1", "network_mode": "service:net""#,
    ])

    @Test("one that uses the network of another is removed before it")
    func ordered() async throws {
        try await withCompose { world, double in
            try await world.deploy(Self.all.files)
            let run = try await world.deploy(ComposeFile(["web": Self.web]).files)
            #expect(run.outcome == "1 unchanged, 2 removed (net, side)")
            #expect(try double.state.containers.map(\.service) == ["web"])
        }
    }

    @Test("what the engine refuses is quoted, and the engine is not called unavailable")
    func refused() async throws {
        try await withCompose { world, double in
            try await world.deploy(Self.all.files)
            // Someone started a container in the same network.
            try double.change { state in
                let net = try #require(state.containers.first { $0.service == "net" })
                var other = net
                (other.id, other.name, other.project) = (state.makeID(), "probe", "other")
                other.labels = [:]
                other.networkMode = "container:" + net.id
                state.containers.append(other)
            }
            let run = try await world.deploy(ComposeFile(["web": Self.web]).files)
            #expect(run.stage == .failed && run.retry != nil)
            let outcome = try #require(run.outcome)
            let start = "The container engine refused 'docker rm s4d-net-1': Error response from daemon: container "
            #expect(outcome.hasPrefix(start) && outcome.contains("has dependent containers"), "\(outcome)")
            #expect(try double.state.containers.map(\.name).sorted() == ["probe", "s4d-net-1", "s4d-web-1"])
        }
    }

    @Test("each container is ordered before those whose network, processes, memory or volumes it uses")
    func order() throws {
        let containers = try [
            container("a"), container("b", "NetworkMode", #""container:a""#),
            container("c", "IpcMode", #""container:b""#), container("d", "PidMode", #""container:c""#),
            container("e", "VolumesFrom", #"["d:ro"]"#), container("f", "NetworkMode", #""container:gone""#),
            container("g", dependencies: ["f"]),
        ]
        for chain in [["e", "d", "c", "b", "a"], ["g", "f"]] {
            #expect(containers.dependentsFirst.map(\.id).filter { chain.contains($0) } == chain)
            #expect(Array(containers.reversed()).dependentsFirst.map(\.id).filter { chain.contains($0) } == chain)
        }
        let cycle = try [
            container("x", "NetworkMode", #""container:y""#), container("y", "NetworkMode", #""container:x""#),
        ]
        #expect(cycle.dependentsFirst.count == 2)
    }

    private func container(
        _ id: String, _ field: String = "NetworkMode", _ value: String = #""bridge""#, dependencies: [String] = []
    ) throws -> Container {
        let text = """
            {"Id": "\(id)", "Name": "/\(id)", "Image": "1", "State": {"Status": "running"},
             "HostConfig": {"\(field)": \(value)}, "Dependencies": \(dependencies)}
            """
        return try #require(Container(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))))
    }
}
