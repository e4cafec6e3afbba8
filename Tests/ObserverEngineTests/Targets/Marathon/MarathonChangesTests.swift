import Testing

@testable import ObserverEngine

@Suite("Planned changes of apps")
struct MarathonChangesTests {
    @Test("a missing app is created")
    func created() throws {
        let plan = try plan([spec("/web")], actual: [])
        #expect(plan.applied.map(\.id) == ["/web"])
        #expect(plan.byApp == [AppChange(appID: "/web", kind: .created)])
    }

    @Test("an app with the fingerprint of its spec is left alone")
    func unchanged() throws {
        let web = try spec("/web")
        let plan = try plan([web], actual: [running(web)])
        #expect(plan.applied.isEmpty)
        #expect(plan.unchanged == ["/web"])
    }

    @Test("a changed app is updated, and the plan lists the fields")
    func updated() throws {
        let plan = try plan([spec("/web", mem: 64)], actual: [running(spec("/web", mem: 32))])
        #expect(plan.applied.map(\.id) == ["/web"])
        #expect(plan.byApp.map(\.kind) == [.updated])
        #expect(plan.byApp[0].fields == [AppChange.Field(path: "/mem", before: "32", after: "64")])
    }

    @Test("the hash of the spec is drift only where no other field explains the difference")
    func driftOfHash() throws {
        let web = try spec("/web", mem: 64)
        let other = try running(spec("/web", mem: 32)).drift(from: web, name: "s4d")
        #expect(other.map(\.path) == ["/mem"])
        #expect(try running(web).drift(from: web, name: "s4d").isEmpty)
        #expect(try running(web, name: "x").drift(from: web, name: "s4d").map(\.path) == ["/labels/DPLOY"])
    }

    @Test("an unmanaged app with the same id is taken over, and so is an app of another dploy app")
    func takenOver() throws {
        let web = try spec("/web")
        let ownerless = try plan([web], actual: [running(web, name: nil)])
        #expect(ownerless.applied.map(\.id) == ["/web"])
        #expect(ownerless.byApp.map(\.takenOverFrom) == [nil])
        let others = try plan([web], actual: [running(web, name: "other")])
        #expect(others.applied.map(\.id) == ["/web"])
        #expect(others.byApp.map(\.takenOverFrom) == ["other"])
    }

    @Test("forced, unchanged apps are applied too")
    func forced() throws {
        let web = try spec("/web")
        #expect(try plan([web], actual: [running(web)], isForced: true).applied.map(\.id) == ["/web"])
    }

    @Test("in a described group managed apps that are not listed are removed, apps of others stay")
    func removed() throws {
        let web = try spec("/g/web")
        let plan = try plan(
            [web], groups: ["/g"],
            actual: [
                running(web), running(spec("/g/gone")), running(spec("/g/deep/gone")),
                running(spec("/g/foreign"), name: nil),
                running(spec("/g/another"), name: "other"), running(spec("/gg/managed")),
            ])
        #expect(plan.removed == ["/g/deep/gone", "/g/gone"])
        #expect(plan.orphaned == ["/gg/managed"])
    }

    @Test("the summary lists changed, unchanged and removed apps")
    func summary() throws {
        let web = try spec("/g/web")
        let plan = try plan(
            [web, spec("/new")], groups: ["/g"], actual: [running(web), running(spec("/g/gone"))])
        #expect(plan.summary == "1 changed (/new), 1 unchanged, 1 removed (/g/gone)")
        #expect(try self.plan([], actual: []).summary == "no apps")
    }

    @Test("a changed environment variable is named, its value is hidden")
    func environment() throws {
        let old = try spec("/web", extra: #","env":{"PASSWORD":"hunter2","SAME":"1"}"#)
        let new = try spec("/web", extra: #","env":{"PASSWORD":"hunter3","SAME":"1"}"#)
        let fields = try plan([new], actual: [running(old)]).byApp[0].fields
        #expect(fields == [AppChange.Field(path: "/env/PASSWORD", before: "********", after: "********")])
    }

    private func plan(
        _ specs: [AppSpec], groups: [String] = [], actual: [MarathonApp], isForced: Bool = false
    ) throws -> MarathonChanges {
        MarathonChanges.make(
            specs: AppSpecs(apps: specs, groups: groups), actual: actual, name: "s4d",
            isForced: isForced)
    }

    private func spec(_ id: String, mem: Int = 32, extra: String = "") throws -> AppSpec {
        let tree = try SpecTree(["web.json": #"{"id":"\#(id)","cmd":"sleep 1","mem":\#(mem)\#(extra)}"#])
        return try tree.read().apps[0]
    }

    /// The app as Marathon returns it after the spec was applied; without a name, applied by someone else.
    private func running(_ spec: AppSpec, name: String? = "s4d", commit: Int = 9) throws -> MarathonApp {
        let definition = name.map { [commit = try? Sample.commit(commit)] name in
            commit.map { spec.labelled(app: name, commit: $0) } ?? .null
        }
        return try MarathonApp(definition ?? spec.definition).orThrow()
    }
}
