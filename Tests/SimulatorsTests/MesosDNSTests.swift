import Simulators
import Testing

@Suite("Simulated Mesos-DNS")
struct MesosDNSTests {
    @Test(
        "responses equal the recorded ones byte for byte",
        .enabled(if: SharedFolder.exists, "../shared is missing"))
    func recorded() async throws {
        let recordings = try #require(try JSON(parsing: SharedFolder.bytes(of: "mesos-dns/index.json")).object)
        #expect(!recordings.isEmpty)
        try await withSimulators { world in
            for (name, recording) in recordings where !["config", "enumerate", "axfr"].contains(name) {
                let path = try #require(recording["path"]?.string)
                let file = try #require(recording["file"]?.string)
                let answer = try await Client(base: world.mesosDNS.url).send(.get, path)
                #expect(answer.status == recording["status"]?.integer, "\(name)")
                #expect(answer.headers["Content-Type"] == recording["content_type"]?.string, "\(name)")
                #expect(try answer.body == SharedFolder.bytes(of: "mesos-dns/\(file)"), "\(name)")
            }
        }
    }

    @Test("a service can be added and removed")
    func changes() async throws {
        try await withSimulators { world in
            let client = Client(base: world.mesosDNS.url)
            let path = "/v1/services/_web._tcp.marathon.mesos."
            let unknown = try await client.send(.get, path)
            #expect(unknown.json == [["service": "", "host": "", "ip": "", "port": ""]])
            world.mesosDNS.set(service: "_web._tcp.marathon.mesos", to: [.init(host: "web.", ip: "10.0.0.1", port: 80)])
            #expect(try await client.send(.get, path).json[0]?["port"] == "80")
            world.mesosDNS.remove(service: "_WEB._tcp.marathon.mesos.")
            #expect(try await client.send(.get, path).json[0]?["port"] == "")
        }
    }
}
