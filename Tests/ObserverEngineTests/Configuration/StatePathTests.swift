import ObserverEngine
import Testing

@Suite("State directory")
struct StatePathTests {
    private func path(_ change: (inout GivenSettings) -> Void) throws -> String {
        var given = GivenSettings.sufficient
        change(&given)
        return try given.read().state.directory
    }

    @Test("is in the sandbox of a Mesos task")
    func sandbox() throws {
        #expect(try path { $0.environment["MESOS_SANDBOX"] = "/mnt/mesos/sandbox" } == "/mnt/mesos/sandbox/observer")
    }

    @Test("is in the user's state directory otherwise, one per branch")
    func user() throws {
        #expect(
            try path { $0.environment["XDG_STATE_HOME"] = "/state" } == "/state/dploy-observer/mhausenblas/s4d/dcos")
        #expect(
            try path { $0.flags[.branch] = "team/one" }
                == "/home/me/.local/state/dploy-observer/mhausenblas/s4d/team%2Fone")
    }

    @Test("ignores a relative XDG_STATE_HOME, as specified")
    func relativeFolder() throws {
        #expect(
            try path { $0.environment["XDG_STATE_HOME"] = "state" }
                == "/home/me/.local/state/dploy-observer/mhausenblas/s4d/dcos")
    }

    @Test("is below the working directory without a home", arguments: [nil, ""])
    func homeless(home: String?) throws {
        var given = GivenSettings.sufficient
        given.environment["HOME"] = home
        try given.inDirectory { directory in
            var reader = ConfigurationReader(
                sources: SettingSources(flags: [:], environment: given.environment, directory: directory))
            let path = try reader.read().state.directory
            #expect(path == directory + "/.local/state/dploy-observer/mhausenblas/s4d/dcos")
        }
    }

    @Test("may be relative to the working directory, and overrides the sandbox")
    func relative() throws {
        var given = GivenSettings.sufficient
        given.environment["MESOS_SANDBOX"] = "/mnt/mesos/sandbox"
        given.flags[.state] = "here"
        try given.inDirectory { directory in
            var reader = ConfigurationReader(
                sources: SettingSources(flags: given.flags, environment: given.environment, directory: directory))
            let path = try reader.read().state.directory
            #expect(path == directory + "/here")
        }
    }

    @Test("differs for names that look alike in one path, and is one folder for the longest branch name")
    func alike() throws {
        let names = ["feature/x", "feature-x", "feature%2Fx", String(repeating: "é/", count: 120) + "x"]
        let paths = try names.map { name in try path { $0.flags[.branch] = name } }
        #expect(Set(paths).count == names.count)
        #expect(paths.allSatisfy { $0.split(separator: "/").count == 8 })
        #expect(paths.allSatisfy { path in path.split(separator: "/").allSatisfy { $0.utf8.count <= 255 } })
        let owners = try [("a-b", "c"), ("a", "b-c")].map { owner, repo in
            try path { ($0.flags[.owner], $0.flags[.repo]) = (owner, repo) }
        }
        #expect(owners[0] != owners[1])
    }
}
