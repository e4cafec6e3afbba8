import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("When a plan is outdated")
struct PlanBasisTests {
    private typealias Change = @Sendable (inout EngineMirror) -> Void

    /// Nothing is being deployed.
    private static let snapshot: ControlSnapshot = {
        var snapshot = Sample.snapshot
        snapshot.deployments.removeFirst()
        return snapshot
    }()

    private static let cases: [(name: String, change: Change, ofHead: String?, ofCommit: String?)] = [
        ("nothing", { _ in }, nil, nil),
        (
            "a push", { $0.apply(.delivery(Sample.delivery(7, 0, commit: "cafe123", "Newer"))) },
            "Meanwhile, the head of the branch moved to cafe123 (Newer).", nil
        ),
        ("a push of the same commit", { $0.apply(.delivery(again)) }, nil, nil),
        (
            "a push that was found by polling",
            { mirror in
                var row = Sample.finished(41, "cafe123", "Newer", .queued, 0, took: 0)
                (row.trigger, row.startedAt, row.finishedAt) = (.poll, nil, nil)
                mirror.apply(.deployment(row))
            }, "Meanwhile, the head of the branch moved to cafe123 (Newer).", nil
        ),
        (
            "a deployment that ended",
            { $0.apply(.deployment(Sample.finished(41, "a1b2c3d", "Old", .failed, 20, took: 9))) },
            "Meanwhile, a1b2c3d failed.", "Meanwhile, a1b2c3d failed."
        ),
        (
            "a deployment that never started",
            { mirror in
                var row = Sample.finished(41, "a1b2c3d", "Old", .superseded, 20, took: 9)
                row.startedAt = nil
                mirror.apply(.deployment(row))
            }, nil, nil
        ),
        (
            "a change by hand",
            { $0.apply(.apps(report { $0.apps[0].drift = .init(kind: .missing) })) },
            "Meanwhile, the target has changed: /api.", "Meanwhile, the target has changed: /api."
        ),
        (
            "changes by hand of many apps",
            { $0.apply(.apps(report { report in report.apps = [] })) },
            "Meanwhile, the target has changed: /api, /mailer, /shop/db, 2 more.",
            "Meanwhile, the target has changed: /api, /mailer, /shop/db, 2 more."
        ),
        ("other health", { $0.apply(.apps(report { $0.apps[0].healthy = 1 })) }, nil, nil),
        ("an unreadable target", { $0.apply(.apps(report { $0.problem = "Marathon is down." })) }, nil, nil),
    ]

    @Test("the head, the end of a deployment and changes by hand count, and health does not", arguments: cases.indices)
    func changes(index: Int) {
        let one = Self.cases[index]
        let before = EngineMirror(Self.snapshot)
        var after = before
        one.change(&after)
        for (ref, sentence) in [(nil, one.ofHead), ("1c2d3e4", one.ofCommit)] as [(String?, String?)] {
            #expect(
                PlanBasis(of: ref, in: before).change(to: PlanBasis(of: ref, in: after)) == sentence, "\(one.name)")
        }
    }

    @Test("apps that a deployment is changing are compared once it has ended")
    func whileDeploying() {
        let running = EngineMirror(Sample.snapshot)
        var changed = running
        changed.apply(.apps(Self.report { $0.apps[0].commit = "cafe123" }))
        #expect(PlanBasis(of: nil, in: running).change(to: PlanBasis(of: nil, in: changed)) == nil)
        var basis = PlanBasis(of: nil, in: EngineMirror(Self.snapshot))
        basis.adopt(PlanBasis(of: nil, in: running))
        #expect(basis == PlanBasis(of: nil, in: EngineMirror(Self.snapshot)))
    }

    private static let again: DeliverySummary = {
        var delivery = Sample.deliveries[0]
        (delivery.id, delivery.receivedAt) = (7, Sample.now)
        return delivery
    }()

    private static func report(_ change: (inout AppsReport) -> Void) -> AppsReport {
        var report = Sample.apps
        change(&report)
        return report
    }
}
