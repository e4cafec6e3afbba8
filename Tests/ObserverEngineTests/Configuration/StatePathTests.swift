import ObserverEngine
import Testing

@Suite("Where the state is kept")
struct StatePathTests {
    private func path(_ change: (inout GivenSettings) -> Void) throws -> String {
        var given = GivenSettings.sufficient
        change(&given)
        return try given.read().stateDirectory
    }

    @Test("in a container of Mesos in its sandbox")
    func sandbox() throws {
        #expect(try path { $0.environment["MESOS_SANDBOX"] = "/mnt/mesos/sandbox" } == "/mnt/mesos/sandbox/observer")
    }

    @Test("elsewhere in the state folder of the user, apart for each branch")
    func user() throws {
        #expect(
            try path { $0.environment["XDG_STATE_HOME"] = "/state" } == "/state/dploy-observer/mhausenblas-s4d-dcos")
        #expect(
            try path { $0.flags[.branch] = "team/one" }
                == "/home/me/.local/state/dploy-observer/mhausenblas-s4d-team-one")
    }

    @Test("a relative XDG_STATE_HOME is none, as its specification says")
    func relativeFolder() throws {
        #expect(
            try path { $0.environment["XDG_STATE_HOME"] = "state" }
                == "/home/me/.local/state/dploy-observer/mhausenblas-s4d-dcos")
    }

    @Test("without a home below the working directory", arguments: [nil, ""])
    func homeless(home: String?) throws {
        var given = GivenSettings.sufficient
        given.environment["HOME"] = home
        try given.inDirectory { directory in
            var reader = ConfigurationReader(
                sources: SettingSources(flags: [:], environment: given.environment, directory: directory))
            let path = try reader.read().stateDirectory
            #expect(path == directory + "/.local/state/dploy-observer/mhausenblas-s4d-dcos")
        }
    }

    @Test("a relative -state is one of the working directory, and wins over the sandbox")
    func relative() throws {
        var given = GivenSettings.sufficient
        given.environment["MESOS_SANDBOX"] = "/mnt/mesos/sandbox"
        given.flags[.state] = "here"
        try given.inDirectory { directory in
            var reader = ConfigurationReader(
                sources: SettingSources(flags: given.flags, environment: given.environment, directory: directory))
            let path = try reader.read().stateDirectory
            #expect(path == directory + "/here")
        }
    }
}
