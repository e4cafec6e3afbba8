import Foundation
import ObserverEngine
import Testing

@Suite("A head of the branch that GitHub reports")
struct HeadDecisionTests {
    private static let head = commit("a")
    private static let other = commit("b")
    private static let date = Date(timeIntervalSince1970: 0)
    private static let hold = {
        var hold = HoldSummary(commit: other, cause: .rollback, deployment: 9)
        hold.since = date
        return hold
    }()

    @Test("a head without a delivery is missed, also on a new disk")
    func missed() {
        #expect(judge(.init()) == .missed)
        #expect(judge(.init(newest: deployment(Self.other, .succeeded))) == .missed)
    }

    @Test(
        "the commit of the newest deployment is known, whatever its stage",
        arguments: Deployment.Stage.allCases.filter { $0 != .failed && $0 != .cancelled })
    func known(stage: Deployment.Stage) {
        let newest = deployment(Self.head, stage)
        #expect(judge(.init(newest: newest, last: newest, wasSeen: true)) == .known)
    }

    @Test("a commit that failed is not retried, one that was only superseded or interrupted is")
    func failed() {
        let newest = deployment(Self.other, .succeeded, id: 9)
        let failed = deployment(Self.head, .failed)
        #expect(judge(.init(newest: failed, last: failed, wasSeen: true)) == .blocked(.failed(deployment: 7)))
        #expect(judge(.init(newest: newest, last: failed, wasSeen: true)) == .blocked(.failed(deployment: 7)))
        #expect(judge(.init(newest: newest, wasSeen: true)) == .missed)
    }

    @Test("a commit whose checks failed is not retried automatically, and the reason names the checks")
    func unchecked() {
        let failed = deployment(Self.head, .failed, startedAt: nil)
        #expect(judge(.init(newest: failed, last: failed, wasSeen: true)) == .blocked(.checks(deployment: 7)))
    }

    @Test("during a hold at another commit, checks that pass do not deploy the head, and the reason names the hold")
    func uncheckedDuringHold() {
        let failed = deployment(Self.head, .failed, startedAt: nil)
        let rollback = deployment(Self.other, .succeeded, id: 9)
        let hold = HeadDecision.blocked(.held(Self.hold))
        #expect(judge(.init(newest: rollback, last: failed, wasSeen: true, state: held())) == hold)
        #expect(judge(.init(newest: failed, last: failed, wasSeen: true, state: held(head: Self.head))) == hold)
    }

    @Test("a commit that failed is deployed when the branch is forced back to it")
    func forcedBack() {
        let newest = deployment(Self.other, .succeeded, id: 9)
        let failed = deployment(Self.head, .failed)
        let history = { (newest: Deployment, known: CommitID?, hasMoved: Bool) in
            HeadDecision.History(
                newest: newest, last: failed, wasSeen: true, hasMovedSince: hasMoved, state: BranchState(head: known))
        }
        #expect(judge(history(newest, Self.other, true)) == .missed)
        // The other commit was superseded before it had a result.
        #expect(judge(history(failed, Self.other, true)) == .missed)
        // A database of an earlier version does not know the head.
        #expect(judge(history(newest, nil, true)) == .missed)
        #expect(judge(history(newest, Self.head, true)) == .blocked(.failed(deployment: 7)))
    }

    @Test("a cancelled commit stays undeployed, wherever the branch was before", arguments: [nil, other, head])
    func cancelled(known: CommitID?) {
        let cancelled = deployment(Self.head, .cancelled)
        let history = HeadDecision.History(
            newest: cancelled, last: cancelled, wasSeen: true, state: BranchState(head: known))
        #expect(judge(history) == .blocked(.cancelled(deployment: 7)))
    }

    @Test("while a hold keeps the branch, the head at that time is not deployed, and a new one is")
    func heldBranch() {
        let rollback = deployment(Self.other, .succeeded, id: 9)
        let left = deployment(Self.head, .succeeded)
        let state = held()
        #expect(
            judge(.init(newest: rollback, last: left, wasSeen: true, state: state)) == .blocked(.held(Self.hold)))
        #expect(judge(.init(newest: rollback, wasSeen: true, state: state)) == .blocked(.held(Self.hold)))
        #expect(judge(.init(newest: rollback, state: state)) == .missed)
        // A head that was never deployed, when an operator chose another commit.
        #expect(
            judge(.init(newest: rollback, state: held(head: Self.head)))
                == .blocked(.held(Self.hold)))
        // The branch was forced back to an older commit during the hold.
        #expect(
            judge(
                .init(newest: rollback, last: left, wasSeen: true, state: held(head: Self.other)))
                == .missed)
        #expect(judge(.init(newest: rollback, last: left, wasSeen: true)) == .missed)
    }

    @Test("on a new disk the hold names the commits that were left, and any other is new")
    func heldOnNewDisk() {
        let left = held(leaving: [Self.head])
        #expect(judge(.init(state: left)) == .blocked(.held(Self.hold)))
        #expect(judge(.init(state: held(leaving: [Self.commit("c")]))) == .missed)
    }

    @Test("on a new disk the commit status shows that the head failed")
    func status() {
        #expect(
            HeadDecision.decide(on: Self.head, given: .init(), hasReportedFailure: true) == .blocked(.reportedFailure))
    }

    @Test(
        "the reason names the deployment and what to do",
        arguments: [
            (
                .failed(deployment: 7),
                "deployment 7 failed, and it is not retried until the branch moves. Push a fix, or run 'observer deploy' "
                    + "to try it again."
            ),
            (
                .checks(deployment: 7, because: .failed),
                "its checks did not pass. It is deployed once they pass; push a fix, or run the checks again."
            ),
            (
                .checks(deployment: 7, because: .late),
                "its checks did not complete in time. It is deployed once they pass; push a fix, or run the checks again."
            ),
            (
                .checks(deployment: 7, because: .unread),
                "its checks could not be read in time. It is deployed once they can be read and have passed; deployment 7 "
                    + "shows the reason."
            ),
            (
                .checks(deployment: 7, because: .unrequired),
                "-require-checks is 'required', but the branch requires no checks. It is deployed once the branch requires "
                    + "checks and they have passed: protect it on GitHub, or name the checks in -require-checks."
            ),
            (
                .held(hold),
                "the branch is on hold at bbbbbbb (rollback, deployment 9). Push again, or run 'observer resume' to end "
                    + "the hold."
            ),
        ] as [(HeadBlock, String)])
    func sentence(block: HeadBlock, words: String) {
        #expect(block.sentence(of: Self.head) == "Head aaaaaaa is not deployed: \(words)")
    }

    /// A branch that a rollback holds.
    private func held(leaving: [CommitID] = [], head: CommitID? = nil) -> BranchState {
        var state = BranchState(holdDeployment: 9, head: head)
        state.decisions.decide(hold: Hold(at: Self.other, leaving: leaving, because: .rollback), at: Self.date)
        return state
    }

    private func judge(_ history: HeadDecision.History) -> HeadDecision {
        .decide(on: Self.head, given: history)
    }

    private func deployment(
        _ commit: CommitID, _ stage: Deployment.Stage, id: Int64 = 7, startedAt: Date? = date
    ) -> Deployment {
        Deployment(
            id: id,
            request: DeploymentRequest(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                commit: CommitInfo(commit), trigger: .delivery),
            queuedAt: Self.date, stage: stage, startedAt: startedAt)
    }

    private static func commit(_ digit: Character) -> CommitID {
        CommitID(String(repeating: digit, count: 40)) ?? .zero
    }
}
