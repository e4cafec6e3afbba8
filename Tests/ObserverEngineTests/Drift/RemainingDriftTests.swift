import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Drift that a deployment leaves")
struct RemainingDriftTests {
    private static let ignored = "note /db differs from its spec: /instances is 3, not 1, and stays so (-drift-ignore)"
    private static let counted =
        "note /db differs from its spec: /mem is 48, not 32 ('observer deploy -force' restores it)"

    private func tree(mem: Int = 32) -> [String: String?] {
        [
            "dploy.app": Files.descriptor, "specs/db.json": Files.app("db", mem: mem),
            "specs/web.json": Files.app("web"),
        ]
    }

    @Test("a plan and a deployment of the running commit note it; a plan of a change lists every field that is reset")
    func notes() async throws {
        try await withObserver(ObserverSetup { $0.flags[.driftIgnore] = "/instances" }) { world in
            let first = try await world.deploy(tree())
            try await world.put("/db", #"{"mem":48,"instances":3}"#)
            let control = try await world.control()
            let same = try await control.plan(PlanRequest())
            #expect(!same.changesAnything && same.changes.map(\.kind) == [.unchanged, .unchanged])
            #expect(same.warnings == [Self.counted, Self.ignored])

            let other = try await world.gitHub.push(files: tree(mem: 64), branch: "feature").after
            let plan = try await control.plan(PlanRequest(ref: other))
            #expect(plan.changes.map(\.kind) == [.updated, .unchanged] && plan.warnings == [])
            let fields = plan.changes.first?.fields.sorted { $0.path < $1.path }
            #expect(
                fields == [
                    .init(path: "/instances", before: "3", after: "1"), .init(path: "/mem", before: "48", after: "64"),
                ])

            _ = try await control.perform(.deploy(commit: nil, force: false))
            let again = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            let journal = try await world.journal(of: again)
            #expect(journal.contains(Self.counted) && journal.contains(Self.ignored), "\(journal)")
            #expect(world.marathon.app("/db")?.definition["mem"] == 48)
        }
    }

    @Test("a correction notes the fields that it keeps")
    func correction() async throws {
        let setup = ObserverSetup {
            $0.flags[.drift] = "correct"
            $0.flags[.driftIgnore] = "/instances"
        }
        try await withObserver(setup) { world in
            let first = try await world.deploy(tree())
            _ = try await world.control().apps()
            try await world.put("/db", #"{"mem":48,"instances":3}"#)
            _ = try await world.control().apps()
            let correction = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(correction.request.trigger == .drift)
            let journal = try await world.journal(of: correction)
            #expect(journal.contains(Self.ignored) && !journal.contains(Self.counted), "\(journal)")
            #expect(world.marathon.app("/db")?.definition["instances"] == 3)
            #expect(world.marathon.app("/db")?.definition["mem"] == 32)
        }
    }
}
