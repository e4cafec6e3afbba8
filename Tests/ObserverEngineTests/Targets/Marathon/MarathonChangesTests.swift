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

    @Test("a lost label of the observer is listed where no other field explains the update; a new hash is not")
    func lostLabels() throws {
        let web = try spec("/web")
        func fields(_ change: (inout [String: String]) -> Void, of app: AppSpec? = nil) throws -> [String] {
            let running = try running(app ?? web)
            var (labels, json) = (running.labels, running.json)
            change(&labels)
            json["labels"] = .object(labels.mapValues { .string($0) })
            let plan = try plan([web], actual: [try MarathonApp(json).orThrow()])
            #expect(plan.byApp.map(\.kind) == [.updated])
            return plan.byApp[0].fields.map(\.path)
        }
        #expect(try fields { $0["DPLOY"] = nil } == ["/labels/DPLOY"])
        #expect(try fields { $0 = [:] } == ["/labels/DPLOY"])
        #expect(try fields { $0["DPLOY_SPEC"] = nil } == ["/labels/DPLOY_SPEC"])
        #expect(try fields { $0["DPLOY_SPEC"] = "by hand" } == ["/labels/DPLOY_SPEC"])
        // Written otherwise, or taken over, which is stated already.
        #expect(try fields { $0["DPLOY_SPEC"] = String(repeating: "a", count: 64) } == [])
        #expect(try fields { $0["DPLOY"] = "other" } == [])
        #expect(try fields({ $0["DPLOY"] = nil }, of: spec("/web", mem: 64)) == ["/mem"])
        #expect(try plan([web], actual: [running(web)], isForced: true).byApp[0].fields == [])
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

    @Test("with -prune an app of someone else with the labels of another app stays, the app itself is removed")
    func copied() throws {
        let (web, old) = (try spec("/g/web"), try spec("/g/old"))
        let labels = try running(web).labels
        let before = try spec("/g/web", mem: 16)
        let actual = try [
            running(before, version: "2026-01-01T00:00:00.000Z"),
            // Copied from an app whose spec changes, and from one that is in no spec any more.
            lookalike("/g/intruder", labels: running(before).labels), lookalike("/copy", labels: labels),
            running(old, version: "2026-01-01T00:00:00.000Z"), lookalike("/g/aged", labels: running(old).labels),
        ]
        for groups in [["/g"], []] {
            let plan = try plan([web], groups: groups, actual: actual, prunes: true)
            #expect(plan.removed == ["/g/old"] && plan.orphaned.isEmpty)
            #expect(plan.copied == ["/copy", "/g/aged", "/g/intruder"])
            #expect(plan.byApp.map(\.appID) == ["/g/web", "/g/old"])
        }
    }

    @Test("the summary lists created, changed, unchanged and removed apps")
    func summary() throws {
        let web = try spec("/g/web")
        let plan = try plan(
            [web, spec("/new"), spec("/old", mem: 64)], groups: ["/g"],
            actual: [running(web), running(spec("/old")), running(spec("/g/gone"))])
        #expect(plan.summary == "1 created (/new), 1 updated (/old), 1 unchanged, 1 removed (/g/gone)")
        #expect(try self.plan([], actual: []).summary == "no apps")
    }

    @Test("a changed environment variable is named, its value is hidden")
    func environment() throws {
        let old = try spec("/web", extra: #","env":{"PASSWORD":"hunter2","SAME":"1"}"#)
        let new = try spec("/web", extra: #","env":{"PASSWORD":"hunter3","SAME":"1"}"#)
        let fields = try plan([new], actual: [running(old)]).byApp[0].fields
        #expect(fields == [AppChange.Field(path: "/env/PASSWORD", before: "********", after: "********")])
    }

    @Test("the running commit is that of the newest app in the specs; copied and orphaned apps do not count")
    func runningCommit() throws {
        let (web, db) = (try spec("/web"), try spec("/db"))
        let apps = try [
            running(web, commit: 1, version: "2026-01-01T00:00:00.000Z"),
            running(db, commit: 2, version: "2026-01-02T00:00:00.000Z"),
            lookalike("/copy", labels: running(web, commit: 1).labels),
            running(spec("/left"), commit: 3, version: "2026-01-03T00:00:00.000Z"),
        ]
        let source = DeploymentSource(
            root: "/", branch: Sample.branch, commit: CommitInfo(try Sample.commit(9)))
        let found = { (specs: [AppSpec]) in
            RunningCommit(
                apps: apps,
                of: DesiredApps(source: source, name: "s4d", specs: AppSpecs(apps: specs), prunes: false))
        }
        #expect(found([web, db])?.commit == (try Sample.commit(2)))
        #expect(found([web])?.commit == (try Sample.commit(1)))
        // All apps were renamed.
        let new = try spec("/new")
        #expect(found([new])?.commit == (try Sample.commit(3)))
    }

    @Test("a correction applies only the apps that it concerns, and keeps the fields that others may change")
    func correction() throws {
        let (web, api) = (try spec("/web", mem: 64, extra: #","instances":2"#), try spec("/api", mem: 64))
        func live(_ spec: AppSpec, _ change: (inout JSONValue) -> Void) throws -> MarathonApp {
            var json = try running(spec).json
            change(&json)
            return try MarathonApp(json).orThrow()
        }
        let scaled = try live(web) { $0["instances"] = 5 }
        let changed = try live(web) { ($0["instances"], $0["mem"]) = (5, 16) }
        let broken = try live(api) { $0["mem"] = 16 }
        let scope = DriftScope(apps: ["/web"], ignored: ["/instances", "/labels/team"])
        func correct(_ actual: [MarathonApp]) -> MarathonChanges {
            MarathonChanges.make(
                specs: AppSpecs(apps: [web, api]), actual: actual, name: "s4d", isForced: false, correction: scope)
        }
        #expect(correct([scaled, broken]).applied.isEmpty)
        let both = correct([changed, broken])
        #expect(both.applied.map(\.id) == ["/web"] && both.unchanged == ["/api"])
        #expect(both.byApp[0].fields.map(\.path) == ["/mem"])
        let sent = scope.keepingIgnored(in: web.labelled(app: "s4d"), from: changed.json)
        #expect(sent["instances"] == 5 && sent["mem"] == 64 && sent["labels"]?["team"] == nil)
        let tagged = try live(web) { $0["labels"] = ["team": "blue"] }
        let kept = scope.keepingIgnored(in: web.labelled(app: "s4d"), from: tagged.json)
        #expect(kept["labels"]?["team"] == "blue" && kept["labels"]?["DPLOY"] == "s4d")
    }

    private func plan(
        _ specs: [AppSpec], groups: [String] = [], actual: [MarathonApp], isForced: Bool = false, prunes: Bool = false
    ) throws -> MarathonChanges {
        MarathonChanges.make(
            specs: AppSpecs(apps: specs, groups: groups), actual: actual, name: "s4d",
            isForced: isForced, prunes: prunes)
    }

    /// Someone else's app with labels of this observer, newer than any other.
    private func lookalike(_ id: String, labels: [String: String]) throws -> MarathonApp {
        let definition: JSONValue = [
            "id": .string(id), "cmd": "true", "labels": .object(labels.mapValues { .string($0) }),
            "version": "2026-02-01T00:00:00.000Z",
        ]
        return try MarathonApp(definition).orThrow()
    }

    private func spec(_ id: String, mem: Int = 32, extra: String = "") throws -> AppSpec {
        let tree = try SpecTree(["web.json": #"{"id":"\#(id)","cmd":"sleep 1","mem":\#(mem)\#(extra)}"#])
        return try tree.read().apps[0]
    }

    /// The app as Marathon returns it after the spec was applied; without a name, applied by someone else.
    private func running(
        _ spec: AppSpec, name: String? = "s4d", commit: Int = 9, version: String? = nil
    ) throws -> MarathonApp {
        let commit = try Sample.commit(commit)
        var definition = name.map { spec.labelled(app: $0, commit: commit) } ?? spec.definition
        definition["version"] = version.map { .string($0) }
        return try MarathonApp(definition).orThrow()
    }
}
