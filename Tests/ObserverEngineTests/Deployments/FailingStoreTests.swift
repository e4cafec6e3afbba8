import ObserverEngine
import Simulators
import Testing

@Suite("A store that fails while a deployment runs")
struct FailingStoreTests {
    @Test("what can't be stored has not happened, and may be tried again")
    func report() async throws {
        let directory = try temporaryDirectory()
        let store = try Store(directory: directory)
        let deployment = try await store.run(1, to: .waiting)
        let redactor = Redactor(secrets: [])
        let report = DeploymentReport(
            deployment, journal: Journal(deployment: deployment.id, store: store, redactor: redactor, logger: .silent),
            store: store)
        try await withLockedStore(in: directory) {
            _ = await #expect(throws: (any Error).self) { try await report.finish(as: .succeeded, outcome: "done") }
        }
        #expect(await report.deployment.stage == .waiting)
        try await report.finish(as: .failed, outcome: "undone")
        #expect(try await store.deployment(deployment.id)?.stage == .failed)
    }
}
