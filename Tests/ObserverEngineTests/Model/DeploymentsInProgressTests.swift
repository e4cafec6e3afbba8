import ObserverEngine
import Testing

@Suite("Deployments in progress")
struct DeploymentsInProgressTests {
    private struct Row {
        let id: Int64
        let stage: DeploymentSummary.Stage
    }

    private func among(_ newestFirst: [(id: Int64, stage: DeploymentSummary.Stage)]) -> DeploymentsInProgress<Row> {
        DeploymentsInProgress(among: newestFirst.map { Row(id: $0.id, stage: $0.stage) }) { $0.stage }
    }

    @Test("the running one is the current one, even while an older push waits for its checks")
    func running() {
        let rows = among([(5, .queued), (4, .applying), (3, .queued), (2, .failed), (1, .succeeded)])
        #expect(rows.current?.id == 4 && rows.running?.id == 4)
        #expect(rows.later.map(\.id) == [3, 5])
    }

    @Test("without a running one, the oldest that is queued is the current one")
    func queued() {
        let rows = among([(5, .queued), (4, .queued), (3, .cancelled)])
        #expect(rows.current?.id == 4 && rows.running == nil)
        #expect(rows.later.map(\.id) == [5])
        #expect(among([(1, .succeeded)]).current == nil)
    }
}
