import ComposeDouble
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Profiles of services")
struct ComposeProfilesTests {
    private static func files(web: String = #""image": "web:1""#, environment: String?) -> [String: String?] {
        let debug = #""image": "debug:1", "profiles": ["debug"]"#
        var files = ComposeFile(["web": web, "debug": debug]).files
        if let environment { files[".env"] = environment }
        return files
    }

    @Test("those in the `.env` of a commit are active for the observer, too")
    func inCommit() async throws {
        try await withCompose { world, double in
            let environment = "# Tools\nexport COMPOSE_PROFILES='debug' # until Friday\n"
            let run = try await world.deploy(Self.files(environment: environment))
            #expect(run.outcome == "2 created (debug, web)")
            #expect(try double.state.containers.allSatisfy { $0.labels["DPLOY"] == "s4d" })
            let apps = try await world.control().apps().apps
            #expect(apps.map(\.id) == ["debug", "web"] && apps.allSatisfy { $0.isHealthy == true && $0.drift == nil })
            let last = try await world.deploy([".env": "COMPOSE_PROFILES=\n"])
            #expect(last.outcome == "1 unchanged, 1 removed (debug)")
            #expect(try double.state.containers.map(\.service) == ["web"])
        }
    }

    @Test("those in an `.env` that someone put into the live tree are active, and a crash of their services is noticed")
    func untracked() async throws {
        try await withCompose { world, double in
            try await world.deploy(Self.files(environment: nil))
            #expect(try double.state.containers.map(\.service) == ["web"])
            try Data("COMPOSE_PROFILES=debug\n".utf8).write(to: URL(filePath: world.liveTree + "/.env"))
            let broken = #""image": "debug:1", "profiles": ["debug"], "x-double": "exits 3""#
            let run = try await world.deploy(ComposeFile(["web": #""image": "web:1""#, "debug": broken]).files)
            #expect(run.outcome?.hasPrefix("debug is unhealthy: exited with status 3") == true, "\(run.outcome ?? "")")
        }
    }

    @Test("the variable in the environment counts before the file")
    func inEnvironment() async throws {
        try await withCompose(ObserverSetup { $0.environment["COMPOSE_PROFILES"] = "other" }) { world, double in
            let run = try await world.deploy(Self.files(environment: "COMPOSE_PROFILES=debug\n"))
            #expect(run.outcome == "1 created (web)")
            #expect(try double.state.containers.map(\.service) == ["web"])
        }
    }

    @Test("a rollback restores those of the last success")
    func rolledBack() async throws {
        try await withCompose { world, double in
            try await world.deploy(Self.files(environment: nil))
            let broken = #""image": "web:2", "x-double": "exits 3""#
            let run = try await world.deploy(Self.files(web: broken, environment: "COMPOSE_PROFILES=debug\n"))
            let outcome = try #require(run.outcome)
            #expect(outcome.hasSuffix("web is healthy; debug was new and is removed again."), "\(outcome)")
            #expect(try double.state.containers.map(\.imageName) == ["web:1"])
            #expect(try double.state.created.count { $0.hasPrefix("debug ") } == 1)
        }
    }

    @Test("all names are added to an asterisk, which some versions of Compose do not know")
    func asterisk() throws {
        let document = try YAMLDocument.value(
            of: #"{"services": {"a": {"profiles": ["x", "y"]}, "b": {"profiles": ["z"]}, "c": {}}}"#)
        let profiles = { (value: String) in
            ComposeProfiles(of: [document], environment: ["COMPOSE_PROFILES": value], file: nil).value
        }
        #expect(profiles("*") == "*,x,y,z" && profiles(" y, n ,") == "y,n" && profiles("") == "")
    }

    @Test(
        "a variables file is read in Compose's syntax",
        arguments: [
            ("A=1", "1"), ("  export A = 1 # note", "1"), ("A=1#2", "1#2"), ("A='$B' # note", "$B"), ("A: 1", "1"),
            ("A=\"x # y\"", "x # y"), (#"A="a\"b""#, "a\"b"), ("A=\"x\ny\"\nB=1", "x\ny"), ("#A=1", nil), ("A", nil),
            ("B=\"\nA=1\n\"", nil), ("A=1\r\nB=2\r\n", "1"), ("B=x\nA=${B}-$B-${C:-y}", "x-x-y"), ("A='1\nB=2", nil),
            ("E=file\nA=$E", "environment"), ("A=1\nA=$A,2", "1,2"), ("A=", ""), ("exported\nA=1", "1"),
        ] as [(String, String?)])
    func variables(text: String, expected: String?) {
        #expect(VariablesFile(text, environment: ["E": "environment"]).values["A"] == expected)
    }

    @Test("references that grow without end are cut")
    func growth() {
        let lines = (1...40).map { "A\($0)=${A\($0 - 1)}${A\($0 - 1)}" }
        let values = VariablesFile("A0=0123456789\n" + lines.joined(separator: "\n")).values
        #expect(values.count == 41 && values.values.allSatisfy { $0.utf8.count <= 1024 })
    }
}
