import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Marathon as a target, without a deployment")
struct MarathonTargetTests {
    private func withTarget(
        _ flags: [Setting: String] = [:], _ body: (MarathonTarget, MarathonSimulator) async throws -> Void
    ) async throws {
        try await withSimulators { simulators in
            try await withEngineHTTP { http in
                var given = GivenSettings.sufficient
                given.flags = [.marathon: simulators.marathon.url].merging(flags) { $1 }
                let configuration = try given.read()
                let mesosDNS = MesosDNS(http: http, url: try ServiceURL(simulators.mesosDNS.url))
                let address = MarathonAddress(fixed: configuration.marathon.url, mesosDNS: mesosDNS, logger: .silent)
                let target = MarathonTarget(
                    http: http, address: address, settings: configuration.target, redactor: Redactor(secrets: []),
                    logger: .silent)
                try await body(target, simulators.marathon)
            }
        }
    }

    private func withSource<Value>(
        _ specs: [String: String], descriptor: String? = Files.descriptor,
        _ body: (DeploymentSource) async throws -> Value
    ) async throws -> Value {
        let tree = try SpecTree(specs)
        if let descriptor { try Data(descriptor.utf8).write(to: URL(filePath: tree.root + "/dploy.app")) }
        let commit = CommitInfo(try Sample.commit(1))
        let value = try await body(DeploymentSource(root: tree.root, branch: Sample.branch, commit: commit))
        withExtendedLifetime(tree) {}
        return value
    }

    /// Puts the app into Marathon as a deployment of the spec would.
    private func run(_ spec: String, in marathon: MarathonSimulator, _ change: (inout JSON) -> Void = { _ in }) throws {
        let app = try SpecTree(["app.json": spec]).read().apps[0]
        let definition = app.labelled(app: "s4d", commit: try Sample.commit(1)).canonical
        var json = try JSON(parsing: definition)
        change(&json)
        marathon.createApp(json)
    }

    @Test("a plan lists the changes and touches nothing")
    func plan() async throws {
        try await withTarget { target, marathon in
            try run(Files.app("a"), in: marathon)
            try run(Files.app("b", mem: 16), in: marathon)
            marathon.createApp(["id": "/c", "cmd": "old", "labels": ["DPLOY": "other"]])
            let specs = ["a.json": Files.app("a"), "b.json": Files.app("b"), "c.json": Files.app("c")]
            let plan = try await withSource(specs) { try await target.plan($0, until: .now + .testTimeout) }
            #expect(plan.changes.map(\.kind) == [.unchanged, .updated, .updated])
            #expect(plan.changes[1].fields.first == .init(path: "/mem", before: "16", after: "32"))
            #expect(plan.summary == "2 updated (/b, /c), 1 unchanged")
            #expect(plan.changes.map(\.takenOverFrom) == [nil, nil, "other"] && plan.warnings == [])
            #expect(plan.changesAnything)
            #expect(marathon.requests().allSatisfy { $0.method == .get })
        }
    }

    @Test("a plan notes each app that it adopts: one with the ID of a spec and without a label of the observer")
    func adopted() async throws {
        try await withTarget { target, marathon in
            try run(Files.app("a"), in: marathon) { $0["labels"] = [:] }
            try run(Files.app("b"), in: marathon) { $0["labels"] = ["DPLOY_COMMIT": "x"] }
            let plan = try await withSource(["a.json": Files.app("a"), "b.json": Files.app("b")]) {
                try await target.plan($0, until: .now + .testTimeout)
            }
            #expect(plan.changes.map(\.fields.first?.path) == ["/labels/DPLOY", "/labels/DPLOY"])
            #expect(
                PlanReport(of: plan, redactor: Redactor(secrets: [])).warnings
                    == ["claiming /a, which dploy did not deploy before, or whose labels were removed"])
        }
    }

    @Test("a plan knows the commits of all apps, each once")
    func commits() async throws {
        try await withTarget { target, marathon in
            let (old, new) = (try Sample.commit(1), try Sample.commit(2))
            try run(Files.app("b"), in: marathon) { $0["labels"]?["DPLOY_COMMIT"] = .string(new.description) }
            for id in ["a", "c"] { try run(Files.app(id), in: marathon) }
            let specs = ["a.json": Files.app("a"), "b.json": Files.app("b"), "c.json": Files.app("c")]
            let plan = try await withSource(specs) { try await target.plan($0, until: .now + .testTimeout) }
            #expect(Set(plan.runningCommits) == [old, new] && plan.runningCommits.count == 2)
            let nothing = try await withSource(["d.json": Files.app("d")], descriptor: "app_name: other\n") {
                try await target.plan($0, until: .now + .testTimeout)
            }
            #expect(nothing.runningCommits == [])
        }
    }

    @Test("a plan for apps that already run changes nothing")
    func planWithoutChanges() async throws {
        try await withTarget { target, marathon in
            try run(Files.app("a"), in: marathon)
            let plan = try await withSource(["a.json": Files.app("a")]) {
                try await target.plan($0, until: .now + .testTimeout)
            }
            #expect(!plan.changesAnything)
        }
    }

    @Test("the plan notes unchanged apps with drift, copied apps, and files that are not read")
    func notes() async throws {
        try await withTarget([.prune: "true"]) { target, marathon in
            try run(Files.app("a"), in: marathon) { $0["mem"] = 48 }
            let labels = try #require(marathon.app("/a")?.definition["labels"])
            marathon.createApp(["id": "/copy", "cmd": "x", "labels": labels])
            let plan = try await withSource(["a.json": Files.app("a"), "b.yaml": "id: b"]) {
                try await target.plan($0, until: .now + .testTimeout)
            }
            #expect(!plan.changesAnything && plan.changes.map(\.kind) == [.unchanged])
            #expect(
                PlanReport(of: plan, redactor: Redactor(secrets: [])).warnings == [
                    "note specs/b.yaml is not read: only specs/*.json are",
                    "note /copy stays: it is not managed by this observer, although it has the labels of another app",
                    "note /a differs from its spec: /mem is 48, not 32 ('observer deploy -force' restores it)",
                ])
            for (policy, setting) in [
                (DriftPolicy(ignored: ["/mem"]), "-drift-ignore"), (DriftPolicy(response: .ignore), "-drift ignore"),
            ] {
                let report = PlanReport(of: plan, redactor: Redactor(secrets: []), drift: policy)
                #expect(report.warnings.count == 3)
                let note = "note /a differs from its spec: /mem is 48, not 32, and stays so (\(setting))"
                #expect(report.warnings.last == note)
            }
        }
    }

    @Test("while an inspector listens, it also reports events about apps of newer specs")
    func newerSpecs() async throws {
        try await withTarget { target, marathon in
            let inspectors = [
                try await withSource(["a.json": Files.app("a")]) { try target.inspector(for: $0) },
                try await withSource(["b.json": Files.app("b")]) { try target.inspector(for: $0) },
            ].compactMap(\.self)
            try #require(inspectors.count == 2)
            let (old, new) = (inspectors[0], inspectors[1])
            let (signals, continuation) = AsyncStream.makeStream(of: String.self)
            let listening = Task {
                try await old.listen {
                    continuation.yield("connected")
                } _: {
                    continuation.yield("changed")
                }
            }
            defer { listening.cancel() }
            let event = "event: status_update_event\r\ndata: {\"appId\":\"/b\"}\r\n\r\n"
            let isReported = try await withTimeout(.testTimeout) {
                for await signal in signals where signal == "connected" { break }
                _ = try await new.inspect(until: .now + .testTimeout)
                marathon.sendRaw(toEventStreams: event)
                return await signals.contains("changed")
            }
            #expect(isReported)
        }
    }

    @Test("invalid specs and a missing descriptor fail the plan before Marathon is contacted")
    func invalid() async throws {
        try await withTarget { target, marathon in
            await #expect(throws: SpecFailure.self) {
                try await withSource(["a.json": "{"]) { try await target.plan($0, until: .now + .testTimeout) }
            }
            await #expect(throws: SpecFailure.self) {
                try await withSource(["a.json": Files.app("a")], descriptor: nil) {
                    try await target.plan($0, until: .now + .testTimeout)
                }
            }
            #expect(marathon.requests().isEmpty)
        }
    }

    @Test("its checks name version and address of Marathon, and Mesos-DNS only where it is needed")
    func checks() async throws {
        try await withTarget { target, marathon in
            let findings = try await target.checks()
            #expect(findings.map(\.check) == [.marathon])
            #expect(findings.first?.verdict == .ok)
            #expect(findings.first?.text.hasSuffix(" at \(marathon.url)") == true)
        }
        try await withTarget([.marathon: ""]) { target, _ in
            let findings = try await target.checks()
            #expect(findings.map(\.check) == [.mesosDNS, .marathon])
        }
    }
}
