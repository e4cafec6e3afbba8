import Foundation
import ObserverEngine
import Simulators
import Testing

/// The `dploy` command fills in `observer.json` and posts it to Marathon.
@Suite("Marathon template observer.json")
struct TemplateTests {
    private let template: JSON

    init() throws {
        let package = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        template = try JSON(parsing: Array(Data(contentsOf: package.appending(path: "observer.json"))))
    }

    @Test("the template matches Marathon's schema", .enabled(if: SharedFolder.exists, "../shared is missing"))
    func schema() throws {
        #expect(try SharedFolder.marathonSchema()?.problems(ofApp: template) == [])
    }

    @Test("the image has the version of this build")
    func image() {
        #expect(template["container"]?["type"] == "DOCKER")
        #expect(template["container"]?["docker"]?["image"] == "mhausenblas/dploy-observer:\(Version.current)")
    }

    @Test("the app id is the name looked up in Mesos-DNS")
    func name() {
        #expect(template["id"] == "dploy-observer")
    }

    @Test("the app runs on a public agent")
    func publicAgent() {
        #expect(template["acceptedResourceRoles"] == ["slave_public"])
    }

    @Test("a random host port maps to the default listening port")
    func port() throws {
        let mappings = try #require(template["container"]?["docker"]?["portMappings"]?.array)
        let listening = Setting.listen.defaultValue.flatMap(ListenAddress.init)?.port
        #expect(template["container"]?["docker"]?["network"] == "BRIDGE")
        #expect(mappings.map { $0["containerPort"]?.integer } == [listening])
        #expect(mappings.map { $0["hostPort"] } == [0])
    }

    @Test("an upgrade stops the old instance before it starts the new one")
    func single() {
        #expect(template["instances"] == 1)
        #expect(template["upgradeStrategy"] == ["minimumHealthCapacity": 0, "maximumOverCapacity": 0])
    }

    @Test("the kill grace period is longer than the three seconds of a shutdown")
    func killGracePeriod() throws {
        #expect(try #require(template["taskKillGracePeriodSeconds"]?.integer) > 3)
    }

    @Test("the health check passes for a running observer")
    func healthCheck() async throws {
        let checks = try #require(template["healthChecks"]?.array)
        let path = try #require(checks.first?["path"]?.string)
        #expect(checks.map { $0["protocol"] } == ["HTTP"])
        #expect(checks.map { $0["portIndex"] } == [0])
        try await withObserver { world in
            #expect(path == "/healthz")
            let answer = try await world.send(.get, path)
            #expect(answer.status == 200)
        }
    }

    @Test("the environment has exactly the four required variables, all empty")
    func variables() {
        let filledIn = [Setting.publicNode, .pat, .owner, .repo].compactMap(\.environmentVariable)
        #expect(template["env"] == .object(Dictionary(uniqueKeysWithValues: filledIn.map { ($0, "") })))
    }

    @Test("the four variables are sufficient to start")
    func sufficientVariables() throws {
        let values: [Setting: String] = [
            .publicNode: "52.37.239.156", .pat: "0123456789abcdef", .owner: "mhausenblas", .repo: "s4d",
        ]
        let configuration = try read(values)
        #expect(configuration.branch.repository.description == "mhausenblas/s4d")
        #expect(configuration.server.publicNode == "52.37.239.156")
        #expect(configuration.warnings == [])
    }

    @Test("an unfilled template fails with the missing variables")
    func unfilled() throws {
        let error = try #require(throws: ConfigurationError.self) { try read([:]) }
        let report = "\(error)"
        for setting in [Setting.pat, .owner, .repo] {
            #expect(report.contains(try #require(setting.environmentVariable)))
        }
    }

    /// Reads the settings as in a container, with values for the variables of the template.
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
