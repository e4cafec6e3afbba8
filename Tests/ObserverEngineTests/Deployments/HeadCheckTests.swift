import ObserverEngine
import Testing

@Suite("A pushed commit against the branch's head")
struct HeadCheckTests {
    @Test(
        "what the branch points at decides, except where the API lags behind",
        arguments: [
            // head, previous, comparison of the head with the pushed commit, goes on
            (1, 0, nil, true), (1, 0, .identical, true),
            // The API still shows what the push replaced, by a plain push or a forced one.
            (0, 0, .behind, true), (0, 0, .diverged, true), (0, 0, nil, true),
            // The API shows something even older.
            (5, 0, .behind, true),
            // The branch has moved on, or back, or elsewhere.
            (2, 0, .ahead, false), (2, 0, .diverged, false), (2, 0, nil, false),
        ] as [(Int, Int, GitHubComparison.Status?, Bool)])
    func judge(head: Int, previous: Int, comparison: GitHubComparison.Status?, goesOn: Bool) throws {
        let head = try Sample.commit(head)
        let check = HeadCheck.judge(
            commit: try Sample.commit(1), previous: try Sample.commit(previous), head: head, comparison: comparison)
        #expect(check == (goesOn ? .current : .movedOn(to: head)))
    }
}
