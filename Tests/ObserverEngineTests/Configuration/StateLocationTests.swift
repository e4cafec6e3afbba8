import ObserverEngine
import Testing

@Suite("State directory of a running observer")
struct StateLocationTests {
    private func location(
        flags: [Setting: String] = [:], environment: [String: String] = [:], directory: String = "/work dir"
    ) throws -> StateLocation {
        var reader = ConfigurationReader(
            sources: SettingSources(flags: flags, environment: environment, directory: directory))
        return try reader.readStateLocation()
    }

    @Test("is found without a token and with other settings invalid")
    func withoutToken() throws {
        let location = try location(
            flags: [.owner: "o", .repo: "r", .branch: "a/b", .listen: "nonsense"], environment: ["HOME": "/home/me"])
        #expect(location.path == "/home/me/.local/state/dploy-observer/o/r/a%2Fb")
        #expect(location.controlSocket == "/home/me/.local/state/dploy-observer/o/r/a%2Fb/control.sock")
    }

    @Test("is found without a repository if named or in a sandbox")
    func named() throws {
        #expect(try location(flags: [.state: "/s"]).path == "/s")
        #expect(try location(flags: [.state: "s"]).path == "/work dir/s")
        #expect(try location(environment: ["MESOS_SANDBOX": "/box"]).path == "/box/observer")
        #expect(try location(flags: [.state: "/s"], environment: ["MESOS_SANDBOX": "/box"]).path == "/s")
    }

    @Test("reports only the missing settings")
    func missing() throws {
        let error = #expect(throws: ConfigurationError.self) { try location(flags: [.owner: "o"]) }
        #expect(error?.problems.map(\.source) == ["-repo or DPLOY_OBSERVER_GITHUB_REPO"])
    }

    @Test("is the same for an observer and a command with the same settings")
    func sameAsRun() throws {
        let sources = SettingSources(
            flags: [.owner: "o", .repo: "r", .pat: "t"], environment: ["XDG_STATE_HOME": "/state"], directory: "/d")
        var run = ConfigurationReader(sources: sources)
        var verb = ConfigurationReader(sources: sources)
        #expect(try run.read().state.controlSocket == verb.readStateLocation().controlSocket)
    }
}
