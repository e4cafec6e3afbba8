import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ObserverEngine
import Simulators
import Testing

@Suite("The template observer.json, which the dploy command fills in and posts to Marathon")
struct TemplateTests {
    private let template: JSON

    init() throws {
        let package = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        template = try JSON(parsing: Array(Data(contentsOf: package.appending(path: "observer.json"))))
    }

    @Test("it is what Marathon's schema asks for", .enabled(if: SharedFolder.exists, "../shared is missing"))
    func schema() throws {
        #expect(try SharedFolder.marathonSchema()?.problems(ofApp: template) == [])
    }

    @Test("it starts the image of this version")
    func image() {
        #expect(template["container"]?["type"] == "DOCKER")
        #expect(template["container"]?["docker"]?["image"] == "mhausenblas/dploy-observer:\(Version.current)")
    }

    @Test("it has the name by which Mesos-DNS is asked for it")
    func name() {
        #expect(template["id"] == "dploy-observer")
    }

    @Test("it runs where the internet reaches it")
    func publicAgent() {
        #expect(template["acceptedResourceRoles"] == ["slave_public"])
    }

    @Test("a random port of the host leads to the one that the observer listens on by default")
    func port() throws {
        let mappings = try #require(template["container"]?["docker"]?["portMappings"]?.array)
        let listening = Setting.listen.defaultValue.flatMap(ListenAddress.init)?.port
        #expect(template["container"]?["docker"]?["network"] == "BRIDGE")
        #expect(mappings.map { $0["containerPort"]?.integer } == [listening])
        #expect(mappings.map { $0["hostPort"] } == [0])
    }

    @Test("there is never more than one: an upgrade ends the old one first")
    func single() {
        #expect(template["instances"] == 1)
        #expect(template["upgradeStrategy"] == ["minimumHealthCapacity": 0, "maximumOverCapacity": 0])
    }

    @Test("the observer has longer to end than the three seconds that it may take")
    func killGracePeriod() throws {
        #expect(try #require(template["taskKillGracePeriodSeconds"]?.integer) > 3)
    }

    @Test("the health check asks what a running observer answers")
    func healthCheck() async throws {
        let checks = try #require(template["healthChecks"]?.array)
        let path = try #require(checks.first?["path"]?.string)
        #expect(checks.map { $0["protocol"] } == ["HTTP"])
        #expect(checks.map { $0["portIndex"] } == [0])
        try await withObserver { world in
            let request = HTTPClientRequest(url: try await world.url() + path)
            let response = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
            #expect(path == "/healthz")
            #expect(response.status == .ok)
        }
    }

    @Test("it holds the four variables that are filled in, still empty")
    func variables() {
        let filledIn = [Setting.publicNode, .pat, .owner, .repo].compactMap(\.environmentVariable)
        #expect(template["env"] == .object(Dictionary(uniqueKeysWithValues: filledIn.map { ($0, "") })))
    }

    @Test("the four variables are all that the observer needs")
    func sufficientVariables() throws {
        let values: [Setting: String] = [
            .publicNode: "52.37.239.156", .pat: "0123456789abcdef", .owner: "mhausenblas", .repo: "s4d",
        ]
        let configuration = try read(values)
        #expect(configuration.branch.repository.description == "mhausenblas/s4d")
        #expect(configuration.server.publicNode == "52.37.239.156")
        #expect(configuration.warnings == [])
    }

    @Test("posted as it is, it starts nothing and says what is missing")
    func unfilled() throws {
        let error = try #require(throws: ConfigurationError.self) { try read([:]) }
        let report = "\(error)"
        for setting in [Setting.pat, .owner, .repo] {
            #expect(report.contains(try #require(setting.environmentVariable)))
        }
    }

    /// Reads the settings as in a container without files, with the template's variables filled in.
    private func read(_ values: [Setting: String]) throws -> Configuration {
        var environment = (template["env"]?.object ?? [:]).compactMapValues(\.string)
        for (setting, value) in values {
            environment[try #require(setting.environmentVariable)] = value
        }
        var reader = ConfigurationReader(
            sources: SettingSources(flags: [:], environment: environment, directory: "/nowhere"))
        return try reader.read()
    }
}
