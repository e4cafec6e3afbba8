import Foundation
import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("Review of an open dialog")
struct DialogReviewTests {
    @Test("a dialog without a change keeps its question")
    func unchanged() throws {
        let mirror = EngineMirror(Self.snapshot)
        for dialog in try Self.dialogs(in: mirror) {
            guard case .ask(let current, _) = dialog.review(in: mirror, at: Sample.now) else {
                Issue.record("\(dialog.title)")
                continue
            }
            #expect(current.asksSame(as: dialog), "\(dialog.title)")
            var followed = dialog
            followed.follow(current, because: "Changed.", at: Sample.now + 60)
            #expect(followed.note == nil && followed == dialog, "\(dialog.title)")
        }
    }

    @Test("a dialog closes with a sentence when its object is gone")
    func gone() throws {
        let mirror = EngineMirror(Self.snapshot)
        var snapshot = Self.snapshot
        (snapshot.deliveries, snapshot.deployments) = ([], [])
        (snapshot.engine.heldAt, snapshot.engine.hold, snapshot.engine.otherRepositoryID) = (nil, nil, nil)
        snapshot.hook.id = 99
        let empty = EngineMirror(snapshot)
        let sentences = try Self.dialogs(in: mirror).map { dialog -> String in
            if case .close(let sentence) = dialog.review(in: empty, at: Sample.now) { sentence } else { "" }
        }
        #expect(
            sentences == [
                "Webhook #8321735 was replaced by #99.", "", "Deployment 38 is no longer listed.",
                "Delivery 6 is no longer listed.", "Deployment 41 is no longer listed.", "The hold has ended.",
                "octo/site is the watched repository; there is nothing to accept.",
                "Deployment 41 is no longer listed.", "", "",
            ])
    }

    @Test(
        "a deployment that ended, or was approved, closes the questions about it",
        arguments: [
            (.succeeded, nil, "2 apps changed", "Deployment 41 of a1b2c3d succeeded."),
            (.failed, nil, "/web is not healthy", "Deployment 41 of a1b2c3d failed: /web is not healthy."),
            (
                .superseded, nil, "superseded by deployment 42 (cafe123)",
                "Deployment 41 of a1b2c3d: Superseded by deployment 42 (cafe123)."
            ),
            (
                .cancelled, nil, "Rejected by ann: too big. Nothing was applied.",
                "Deployment 41 of a1b2c3d: Rejected by ann: too big. Nothing was applied."
            ),
            (.queued, "ann", nil, "Deployment 41 of a1b2c3d was approved by ann."),
            (
                .fetching, nil, nil,
                "Deployment 41 of a1b2c3d is no longer waiting for approval; it is fetching."
            ),
        ] as [(DeploymentSummary.Stage, String?, String?, String)])
    func ended(stage: DeploymentSummary.Stage, approver: String?, outcome: String?, sentence: String) throws {
        let mirror = EngineMirror(Self.snapshot)
        let dialogs = try Self.dialogs(in: mirror)
        var row = Self.snapshot.deployments[0]
        (row.stage, row.plan, row.outcome) = (stage, nil, outcome)
        row.approval = approver.map { PlanApproval(of: [], by: $0, at: Sample.now) }
        var changed = mirror
        changed.apply(.deployment(row))
        let approval = try #require(dialogs.first { $0.title == "Approve the plan" })
        #expect(approval.review(in: changed, at: Sample.now) == .close(sentence))
        let cancellation = try #require(dialogs.first { $0.title == "Cancel deployment" })
        let end = DialogReview.close("\(sentence) There is nothing to cancel.")
        #expect((cancellation.review(in: changed, at: Sample.now) == end) == stage.isFinal)
    }

    @Test("a rollback that another operator has started, or that has succeeded, is not asked for again")
    func rollback() {
        var mirror = EngineMirror(Self.snapshot)
        let dialog = Dialog.rollback(to: Sample.deployments[3], in: mirror, at: Sample.now)
        var row = Sample.deployments[3]
        (row.id, row.trigger, row.stage, row.requestedBy) = (42, .rollback, .queued, "ann")
        mirror.apply(.deployment(row))
        #expect(
            dialog.review(in: mirror, at: Sample.now)
                == .close("The rollback by ann to 1c2d3e4 is already in progress (deployment 42)."))
        row.stage = .succeeded
        row.finishedAt = Sample.now
        mirror.apply(.deployment(row))
        var report = Sample.apps
        (report.running, report.readAt) = (PlanReport.Commit(id: row.commit), Sample.now + 1)
        for index in report.apps.indices { report.apps[index].drift = nil }
        mirror.apply(.apps(report))
        #expect(dialog.review(in: mirror, at: Sample.now) == .close("1c2d3e4 is already running."))
    }

    @Test("a question that has changed states why")
    func changed() throws {
        var mirror = EngineMirror(Self.snapshot)
        let dialogs = try Self.dialogs(in: mirror)
        var engine = Self.snapshot.engine
        let commit = try #require(CommitID("3bd9e00234567890abcdef1234567890abcdef12"))
        (engine.heldAt, engine.hold) = (commit.description, HoldSummary(commit: commit, cause: .deploy, deployment: 39))
        engine.otherRepositoryID = 4712
        mirror.apply(.engine(engine))
        mirror.apply(.delivery(Sample.delivery(7, 0, commit: "cafe123", "Newer", deployment: 42)))
        var notes: [String: String] = [:]
        for var dialog in dialogs {
            guard case .ask(let current, let change) = dialog.review(in: mirror, at: Sample.now) else { continue }
            dialog.follow(current, because: change, at: Sample.now)
            notes[dialog.title] = dialog.note
        }
        #expect(
            notes == [
                "End the hold": "Meanwhile, the hold has changed.",
                "Accept another repository": "Meanwhile, the name belongs to yet another repository.",
                "Replay delivery": "Meanwhile, the head of the branch moved to cafe123 (Newer).",
            ])
    }

    /// Every dialog is possible in it.
    private static let snapshot: ControlSnapshot = {
        var snapshot = Sample.snapshot
        snapshot.deployments[0] = Sample.unapproved(plan: "41-abc")
        snapshot.engine.otherRepositoryID = 4711
        guard let commit = CommitID("1c2d3e4234567890abcdef1234567890abcdef12") else { return snapshot }
        snapshot.engine.heldAt = commit.description
        snapshot.engine.hold = HoldSummary(commit: commit, cause: .rollback, deployment: 38)
        return snapshot
    }()

    private static func dialogs(in mirror: EngineMirror) throws -> [Dialog] {
        let row = try #require(mirror.deployments[41])
        let detail = Sample.unapproved(plan: "41-abc", memory: "64")
        return [
            .removeHook(id: 8_321_735, of: mirror.engine, at: Sample.now), .deploy(in: mirror, at: Sample.now),
            .rollback(to: Sample.deployments[3], in: mirror, at: Sample.now),
            .replay(Sample.deliveries[0], in: mirror, at: Sample.now), .cancel(row, in: mirror, at: Sample.now),
            try #require(Dialog.endHold(in: mirror, at: Sample.now)),
            try #require(Dialog.acceptRepository(of: mirror.engine, at: Sample.now)),
            try #require(Dialog.approve(detail, in: mirror, at: Sample.now)),
            .quit(branch: "dcos", at: Sample.now), .suspend(branch: "dcos", at: Sample.now),
        ]
    }
}
