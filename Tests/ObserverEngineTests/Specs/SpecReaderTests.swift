import Foundation
import Testing

@testable import ObserverEngine

@Suite("Reading specs")
struct SpecReaderTests {
    @Test("a file holds one app, whatever the case of its extension")
    func apps() throws {
        let specs = try SpecTree([
            "web.json": #"{"id":"web","cmd":"true"}"#, "DB.JSON": #"{"id":"/db","cmd":"true"}"#,
            "README.md": "no spec",
        ]).read()
        #expect(specs.apps.map(\.id) == ["/db", "/web"])
        #expect(specs.apps.map(\.file) == ["specs/DB.JSON", "specs/web.json"])
        #expect(specs.groups == [])
    }

    @Test("ids and dependencies in groups become absolute")
    func groups() throws {
        let specs = try SpecTree(["all.json": Self.nested]).read()
        #expect(specs.groups == ["/shop", "/shop/back"])
        #expect(specs.apps.map(\.id) == ["/shop/web", "/shop/back/db", "/shop/back/cache"])
        let dependencies = specs.apps.map { $0.definition["dependencies"]?.array?.compactMap(\.string) ?? [] }
        #expect(
            dependencies
                == [["/shop/back", "/shared"], ["/ops/log", "/shared"], ["/ops/log", "/shared", "/shop/back/db"]]
                .map { $0.sorted() })
    }

    private static let nested = """
        {"id":"shop","dependencies":["/shared"],
         "apps":[{"id":"web","cmd":"true","dependencies":["back"]}],
         "groups":[{"id":"back","dependencies":["/ops/log"],
                    "apps":[{"id":"db","cmd":"true"},{"id":"/shop/back/cache","cmd":"true","dependencies":["db","./db"]}]}]}
        """

    @Test("apps do not depend on themselves or on their enclosing groups")
    func circles() throws {
        let specs = try SpecTree([
            "g.json":
                #"{"id":"g","dependencies":["/g/db","/g"],"apps":[{"id":"db","cmd":"true"},{"id":"web","cmd":"true"}]}"#
        ]).read()
        #expect(specs.apps.map { $0.definition["dependencies"] } == [nil, .array([.string("/g/db")])])
    }

    @Test("a group may be empty, which means that it contains no managed app")
    func emptyGroup() throws {
        let specs = try SpecTree(["g.json": #"{"id":"/g","apps":[]}"#]).read()
        #expect(specs == AppSpecs(apps: [], groups: ["/g"]))
    }

    @Test("a null field counts as absent, so the spec is an app and not a group")
    func nullIsAbsent() throws {
        let specs = try SpecTree(["web.json": #"{"id":"web","apps":null,"groups":null,"cmd":"true"}"#]).read()
        #expect(specs.apps.map(\.id) == ["/web"])
        #expect(specs.groups == [])
        #expect(specs.apps.first?.definition["apps"] == nil)
    }

    @Test("a label of the observer in a spec is ignored with a warning; empty args next to cmd are accepted")
    func reservedLabels() throws {
        let specs = try SpecTree([
            "web.json": #"{"id":"web","cmd":"true","args":[],"labels":{"DPLOY":"x","DPLOY_COMMIT":"y","team":"a"}}"#
        ]).read()
        #expect(specs.apps[0].definition["labels"] == ["team": "a"])
        #expect(
            specs.warnings
                == ["specs/web.json: /labels: DPLOY, DPLOY_COMMIT are ignored; the observer sets them"])
    }

    @Test("secrets in the environment are objects")
    func secrets() throws {
        let spec = #"{"id":"web","cmd":"true","env":{"A":"1","B":{"secret":"b"}},"secrets":{"b":{"source":"s"}}}"#
        #expect(try SpecTree(["web.json": spec]).read().apps.count == 1)
    }

    @Test("a byte order mark, blanks and unknown fields are accepted")
    func lenient() throws {
        let specs = try SpecTree([
            "web.json": "\u{FEFF}\n {\"id\":\"web\",\"cmd\":\"true\",\"somethingNew\":{\"a\":[1]}, \"env\":null}\n"
        ]).read()
        #expect(specs.apps[0].definition["somethingNew"] != nil)
        #expect(specs.apps[0].definition["env"] == nil)
    }

    @Test("a repository without specs is reported", arguments: [[:], ["notes.txt": "x"]])
    func noSpecs(files: [String: String]) throws {
        let tree = try SpecTree(files)
        let failure = #expect(throws: SpecFailure.self) { try tree.read() }
        #expect("\(try #require(failure))".hasPrefix("The repository has no specs/*.json."))
    }

    @Test("problems are in the order of files and lines, however the fields are named")
    func lineOrder() throws {
        let spec = """
            {
              "id": "b",
              "mem": -1,
              "args": "x",
              "cmd": 1
            }
            """
        let problems = try SpecTree(["b.json": spec, "a.json": #"{"id":"a","cmd":1}"#]).problems()
        let places = problems.map { $0.split(separator: ": ").prefix(2).joined(separator: " ") }
        #expect(places == ["specs/a.json /cmd", "specs/b.json /mem", "specs/b.json /args", "specs/b.json /cmd"])
    }

    @Test("a field that differs from a known one in one letter is noted, other unknown fields are not")
    func misspelledFields() throws {
        let fields = #""instanses":2,"cpu":1,"evn":{},"somethingNew":1,"tty":true,"killSelection":"YOUNGEST_FIRST""#
        let tree = try SpecTree(["g.json": #"{"id":"g","apps":[{"id":"web","cmd":"true",\#(fields)}]}"#])
        #expect(
            try tree.read().warnings == [
                "specs/g.json: /apps/0/cpu is not a known field; did you mean 'cpus'?",
                "specs/g.json: /apps/0/evn is not a known field; did you mean 'env'?",
                "specs/g.json: /apps/0/instanses is not a known field; did you mean 'instances'?",
            ])
    }

    @Test("every problem in every file is reported at once, sorted by file")
    func everything() throws {
        let problems = try SpecTree([
            "b.json": #"{"id":"b","cmd":1,"mem":-1}"#, "a.json": "{", "c.json": #"{"id":"c","cmd":"true"}"#,
        ]).problems()
        #expect(problems.map { $0.prefix { $0 != ":" } } == ["specs/a.json", "specs/b.json", "specs/b.json"])
    }
}
