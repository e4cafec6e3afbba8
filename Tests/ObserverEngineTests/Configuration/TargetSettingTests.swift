import ObserverEngine
import Testing

@Suite("The settings of the target")
struct TargetSettingTests {
    private func target(_ flags: [Setting: String]) throws -> TargetSettings {
        var reader = ConfigurationReader(sources: SettingSources(flags: flags, environment: [:], directory: "/nowhere"))
        return try reader.readTarget()
    }

    @Test("without -target, a deploy command decides")
    func defaults() throws {
        #expect(try target([:]).kind == .marathon)
        #expect(try target([.deployCommand: "make"]).kind == .command)
        #expect(try target([.target: "compose"]).kind == .compose)
    }

    @Test(
        "contradictions are reported",
        arguments: [
            [.target: "nomad"], [.target: "command"], [.target: "compose", .deployCommand: "make"],
            [.target: "compose", .composeFile: "/etc/compose.yaml"], [.target: "compose", .composeFile: "../x.yaml"],
            [.target: "compose", .composeProject: "My Site"],
        ] as [[Setting: String]])
    func contradictions(flags: [Setting: String]) {
        #expect(throws: ConfigurationError.self) { try target(flags) }
    }

    @Test("a plan of a directory knows which drift counts")
    func drift() throws {
        let drift = try target([.drift: "correct", .driftIgnore: "/instances,/labels/team"]).drift
        #expect(drift == DriftPolicy(response: .correct, ignored: ["/instances", "/labels/team"]))
    }

    @Test("the settings of Compose are split into files and words")
    func compose() throws {
        let settings = try target([
            .target: "compose", .composeFile: "compose.yaml, compose.prod.yaml", .composeProject: "site",
            .composeCommand: "nerdctl compose",
        ]).compose
        #expect(settings.files == ["compose.yaml", "compose.prod.yaml"])
        #expect(settings.project == "site")
        #expect(settings.command == ["nerdctl", "compose"])
    }
}
