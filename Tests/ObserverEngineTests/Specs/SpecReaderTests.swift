import Foundation
import Testing

@testable import ObserverEngine

@Suite("Reading specs")
struct SpecReaderTests {
    @Test("an app stands alone in its file, with whatever extension's case")
    func apps() throws {
        let specs = try SpecTree([
            "web.json": #"{"id":"web","cmd":"true"}"#, "DB.JSON": #"{"id":"/db","cmd":"true"}"#,
            "README.md": "no spec",
        ]).read()
        #expect(specs.apps.map(\.id) == ["/db", "/web"])
        #expect(specs.apps.map(\.file) == ["specs/DB.JSON", "specs/web.json"])
        #expect(specs.groups == [])
    }

    @Test("groups are read through, their ids and dependencies made absolute")
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

    @Test("a group does not make its apps depend on themselves or on the groups around them")
    func circles() throws {
        let specs = try SpecTree([
            "g.json":
                #"{"id":"g","dependencies":["/g/db","/g"],"apps":[{"id":"db","cmd":"true"},{"id":"web","cmd":"true"}]}"#
        ]).read()
        #expect(specs.apps.map { $0.definition["dependencies"] } == [nil, .array([.string("/g/db")])])
    }

    @Test("a group may be empty: then it says that nothing of ours is in it")
    func emptyGroup() throws {
        let specs = try SpecTree(["g.json": #"{"id":"/g","apps":[]}"#]).read()
        #expect(specs == AppSpecs(apps: [], groups: ["/g"]))
    }

    @Test("null stands for what is absent: such a spec is an app and no group")
    func nullIsAbsent() throws {
        let specs = try SpecTree(["web.json": #"{"id":"web","apps":null,"groups":null,"cmd":"true"}"#]).read()
        #expect(specs.apps.map(\.id) == ["/web"])
        #expect(specs.groups == [])
        #expect(specs.apps.first?.definition["apps"] == nil)
    }

    @Test("secrets in the environment are objects")
    func secrets() throws {
        let spec = #"{"id":"web","cmd":"true","env":{"A":"1","B":{"secret":"b"}},"secrets":{"b":{"source":"s"}}}"#
        #expect(try SpecTree(["web.json": spec]).read().apps.count == 1)
    }

    @Test("a byte order mark, blanks and unknown fields do no harm")
    func lenient() throws {
        let specs = try SpecTree([
            "web.json": "\u{FEFF}\n {\"id\":\"web\",\"cmd\":\"true\",\"somethingNew\":{\"a\":[1]}, \"env\":null}\n"
        ]).read()
        #expect(specs.apps[0].definition["somethingNew"] != nil)
        #expect(specs.apps[0].definition["env"] == nil)
    }

    @Test("a repository without specs says so", arguments: [[:], ["notes.txt": "x"]])
    func noSpecs(files: [String: String]) throws {
        let tree = try SpecTree(files)
        let failure = #expect(throws: DeploymentFailure.self) { try tree.read() }
        #expect("\(try #require(failure))".hasPrefix("There is no specs/*.json in the repository."))
    }

    @Test("every problem of every file is told at once, the files in their order")
    func everything() throws {
        let problems = try SpecTree([
            "b.json": #"{"id":"b","cmd":1,"mem":-1}"#, "a.json": "{", "c.json": #"{"id":"c","cmd":"true"}"#,
        ]).problems()
        #expect(problems.map { $0.prefix { $0 != ":" } } == ["specs/a.json", "specs/b.json", "specs/b.json"])
    }
}
