import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("The target of a rollback")
struct RollbackChoiceTests {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private func row(_ id: Int64, _ commit: String, _ stage: DeploymentSummary.Stage) -> DeploymentSummary {
        DeploymentSummary(
            id: id, branch: "dcos", commit: String(repeating: commit, count: 40), trigger: .delivery, stage: stage,
            queuedAt: Self.now
        ) {
            $0.message = "Change \(commit)"
            $0.finishedAt = stage.isFinal ? Self.now.addingTimeInterval(-7200) : nil
        }
    }

    private static let engine = EngineState(
        branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"), version: "0.5.0",
        instance: "i", startedAt: now)

    @Test("without an ID, it is the newest successful deployment of a commit other than the running one")
    func newestOther() throws {
        let rows = [
            row(6, "e", .failed), row(5, "c", .succeeded), row(4, "c", .succeeded), row(3, "b", .failed),
            row(2, "a", .succeeded), row(1, "z", .succeeded),
        ]
        let choice = try RollbackChoice(newest: rows, wanted: nil)
        #expect(choice.target.id == 2 && choice.replaced?.id == 5 && choice.seen?.id == 6)
        #expect(
            choice.question(until: nil, Self.engine, now: Self.now)
                == "Roll back from ccccccc (deployment 5) to aaaaaaa \"Change a\" (deployment 2, 2h ago)? "
                + "Automatic deployments will be on hold until the next push or 'observer resume'.")
    }

    @Test("while another version is being deployed, it is the last success, and the question names that version")
    func deploying() throws {
        var deploying = row(3, "c", .waiting)
        deploying.leavesChanges = true
        let rows = [row(4, "d", .queued), deploying, row(2, "b", .succeeded), row(1, "a", .succeeded)]
        let choice = try RollbackChoice(newest: rows, wanted: nil)
        let question = choice.question(until: .push, Self.engine, now: Self.now)
        #expect(choice.target.id == 2)
        #expect(
            question.hasPrefix("Roll back from ccccccc (deployment 3) to bbbbbbb ")
                && question.hasSuffix(
                    " ccccccc (deployment 3) is being deployed; the rollback starts once that has ended or can be stopped. Deployment 4 of ddddddd, which is queued, is then superseded."
                ),
            "\(question)")
    }

    @Test("the question states how the version that is replaced ended")
    func replaced() throws {
        var other = row(3, "c", .failed)
        (other.leavesChanges, other.outcome) = (true, "/web is unhealthy.")
        let rows = [row(2, "b", .succeeded), row(1, "a", .succeeded)]
        func question() throws -> String {
            try RollbackChoice(newest: [other] + rows, wanted: nil).question(until: .push, Self.engine, now: Self.now)
        }
        let end = "which failed and may have left changes"
        #expect(try question().hasPrefix("Roll back from ccccccc (deployment 3, \(end)) to bbbbbbb "))
        other.stage = .waiting
        let state =
            " ccccccc (deployment 3) failed and is being rolled back; the rollback starts once that has ended or can be stopped."
        #expect(try question().hasSuffix(state))
        // The last success again.
        let again = try RollbackChoice(newest: [row(3, "b", .queued)] + rows, wanted: rows[0])
        #expect(again.question(until: .push, Self.engine, now: Self.now).hasPrefix("Roll back to bbbbbbb "))
    }

    @Test("the question names the pause, and keeps a hold that only an operator ends")
    func circumstances() throws {
        let rows = [row(2, "b", .succeeded), row(1, "a", .succeeded)]
        let choice = try RollbackChoice(newest: rows, wanted: nil)
        var engine = Self.engine
        engine.isPaused = true
        engine.hold = HoldSummary(commit: try #require(CommitID(rows[0].commit)), cause: .rollback, deployment: 2)
        engine.hold?.until = .resume
        #expect(
            choice.question(until: nil, engine, now: Self.now).hasSuffix(
                "on hold until 'observer resume'. Deployments are paused, so the rollback waits until they are resumed."
            ))
        #expect(choice.question(until: .push, engine, now: Self.now).contains("until the next push"))
    }

    @Test("the question about a cancellation states what remains: changes, and the hold of a rollback")
    func cancelled() throws {
        let queued = row(3, "a", .queued)
        let hold = HoldSummary(commit: try #require(CommitID(queued.commit)), cause: .rollback, deployment: 3)
        #expect(
            CancelCommand.question(about: queued, hold)
                == "Cancel deployment 3 of aaaaaaa (queued)? It has not started. The branch stays on hold at aaaaaaa.")
        #expect(
            CancelCommand.question(about: row(4, "b", .applying), hold)
                == "Cancel deployment 4 of bbbbbbb (applying)? Changes already applied are not undone.")
    }

    @Test("the questions about a plan quote the message of its commit")
    func quotedMessage() {
        var plan = row(24, "c", .queued)
        #expect(plan.nameInQuestion == "deployment 24 of ccccccc \"Change c\"")
        plan.message = nil
        #expect(plan.nameInQuestion == "deployment 24 of ccccccc")
    }

    @Test("with an ID, it is that deployment, if it succeeded")
    func named() throws {
        let rows = [row(2, "b", .succeeded), row(1, "a", .succeeded)]
        #expect(try RollbackChoice(newest: rows, wanted: rows[1]).target.id == 1)
        let error = #expect(throws: ActionImpossible.self) {
            try RollbackChoice(newest: rows, wanted: row(3, "c", .failed))
        }
        #expect(
            error?.description == "Deployment 3 failed; only successful deployments can be rolled back to.")
    }

    @Test("the running commit is refused, unless a later deployment may have changed something, or will")
    func running() throws {
        let rows = [row(2, "b", .succeeded), row(1, "b", .succeeded)]
        let error = #expect(throws: ActionImpossible.self) { try RollbackChoice(newest: rows, wanted: rows[1]) }
        #expect(
            error?.description == "bbbbbbb of deployment 1 is already running; name an earlier deployment.")
        var failed = row(3, "c", .failed)
        #expect(throws: ActionImpossible.self) { try RollbackChoice(newest: [failed] + rows, wanted: rows[0]) }
        failed.leavesChanges = true
        #expect(try RollbackChoice(newest: [failed] + rows, wanted: rows[0]).target.id == 2)
        #expect(try RollbackChoice(newest: [row(3, "c", .queued)] + rows, wanted: rows[0]).target.id == 2)
    }

    @Test("it is the commit that the target reports which is refused, not the last success")
    func reported() throws {
        let rows = [row(2, "b", .succeeded), row(1, "a", .succeeded)]
        let apps = AppsReport(running: .init(id: rows[1].commit), readAt: Self.now)
        #expect(try RollbackChoice(newest: rows, wanted: rows[0], apps: apps).target.id == 2)
        #expect(throws: ActionImpossible.self) { try RollbackChoice(newest: rows, wanted: rows[1], apps: apps) }
    }

    @Test("there is none if no other commit was deployed successfully", arguments: [[], ["a"], ["a", "a"]])
    func nowhere(commits: [String]) {
        let rows = commits.enumerated().map { row(Int64(10 - $0), $1, .succeeded) }
        #expect(throws: ActionImpossible.self) { try RollbackChoice(newest: rows, wanted: nil) }
    }
}
