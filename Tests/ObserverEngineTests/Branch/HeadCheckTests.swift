import ObserverEngine
import Testing

@Suite("A queued commit and the head of the branch")
struct HeadCheckTests {
    private enum Judgement { case current, movedOn, older }

    @Test(
        "the head of the branch decides, and an older head may be the API lagging behind",
        arguments: [
            // head, previous, comparison of the head with the pushed commit
            (1, 0, nil, .current), (1, 0, .identical, .current),
            // The API still shows what the push replaced, by a plain push or a forced one.
            (0, 0, .behind, .older), (0, 0, .diverged, .older), (0, 0, nil, .older),
            // The API shows something even older.
            (5, 0, .behind, .older),
            // The branch has moved on, or back, or elsewhere.
            (2, 0, .ahead, .movedOn), (2, 0, .diverged, .movedOn), (2, 0, nil, .movedOn),
        ] as [(Int, Int, GitHubComparison.Status?, Judgement)])
    private func judge(
        head: Int, previous: Int, comparison: GitHubComparison.Status?, expected: Judgement
    ) throws {
        let head = try Sample.commit(head)
        let check = HeadCheck.judge(
            commit: try Sample.commit(1), previous: try Sample.commit(previous), head: head, comparison: comparison)
        switch expected {
        case .current: #expect(check == .current)
        case .movedOn: #expect(check == .movedOn(to: head))
        case .older: #expect(check == .older(head: head))
        }
    }

    @Test("a missing branch may be one that the API does not show yet")
    func gone() throws {
        let check = HeadCheck.judge(
            commit: try Sample.commit(1), previous: try Sample.commit(0), head: nil, comparison: nil)
        #expect(check == .gone && !check.isCertain)
    }
}
