import Foundation
import ObserverEngine
import Testing

@Suite("A head of the branch that was found by polling")
struct HeadDecisionTests {
    private static let head = commit("a")
    private static let other = commit("b")

    @Test("a head without a delivery is missed, also on a new disk")
    func missed() {
        #expect(judge() == .missed)
        #expect(judge(newest: deployment(Self.other, .succeeded)) == .missed)
    }

    @Test("the commit of the newest deployment is known, whatever its stage", arguments: Deployment.Stage.allCases)
    func known(stage: Deployment.Stage) {
        let newest = deployment(Self.head, stage)
        #expect(judge(newest: newest, last: newest, seen: newest) == .known)
    }

    @Test("a commit that failed is not retried, one that was only superseded or interrupted is")
    func failed() {
        let newest = deployment(Self.other, .succeeded, id: 9)
        let failed = deployment(Self.head, .failed)
        #expect(judge(newest: newest, last: failed, seen: failed) == .blocked(reason: "its deployment 7 failed"))
        let cancelled = deployment(Self.head, .cancelled)
        #expect(
            judge(newest: newest, last: cancelled, seen: cancelled)
                == .blocked(reason: "its deployment 7 was cancelled"))
        #expect(judge(newest: newest, seen: deployment(Self.head, .superseded)) == .missed)
        #expect(judge(newest: newest, seen: failed) == .missed)
    }

    @Test("while a rollback holds the branch, the previous commit is not deployed, and a new one is")
    func held() {
        let rollback = deployment(Self.other, .succeeded, id: 9)
        let left = deployment(Self.head, .succeeded)
        #expect(
            judge(newest: rollback, last: left, seen: left, hold: Hold(at: Self.other, leaving: []))
                == .blocked(reason: "the branch is on hold at bbbbbbb since the rollback from deployment 7"))
        #expect(
            judge(newest: rollback, seen: deployment(Self.head, .superseded), hold: Hold(at: Self.other, leaving: []))
                == .blocked(reason: "the branch is on hold at bbbbbbb since the rollback from deployment 7"))
        #expect(judge(newest: rollback, hold: Hold(at: Self.other, leaving: [])) == .missed)
        #expect(judge(newest: rollback, last: left, seen: left) == .missed)
    }

    @Test("on a new disk the hold names the commits that were left, and any other is new")
    func heldOnNewDisk() {
        let hold = Hold(at: Self.other, leaving: [Self.head])
        #expect(judge(hold: hold) == .blocked(reason: "the branch is on hold at bbbbbbb since the rollback from it"))
        #expect(judge(hold: Hold(at: Self.other, leaving: [Self.commit("c")])) == .missed)
    }

    @Test("on a new disk the commit status shows that the head failed")
    func status() {
        #expect(
            judge(hasFailedBefore: true)
                == .blocked(reason: "its commit status at GitHub is failure"))
    }

    private func judge(
        newest: Deployment? = nil, last: Deployment? = nil, seen: Deployment? = nil, hold: Hold? = nil,
        hasFailedBefore: Bool = false
    ) -> HeadDecision {
        .decide(
            head: Self.head, newest: newest, last: last, seen: seen, hold: hold, hasFailedBefore: hasFailedBefore)
    }

    private func deployment(_ commit: CommitID, _ stage: Deployment.Stage, id: Int64 = 7) -> Deployment {
        Deployment(
            id: id,
            request: DeploymentRequest(
                branch: WatchedBranch(repository: RepositoryName(owner: "o", name: "r"), name: "dcos"),
                commit: CommitInfo(commit), trigger: .delivery),
            queuedAt: Date(), stage: stage)
    }

    private static func commit(_ digit: Character) -> CommitID {
        CommitID(String(repeating: digit, count: 40)) ?? .zero
    }
}
