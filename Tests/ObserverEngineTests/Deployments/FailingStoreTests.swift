import ObserverEngine
import Simulators
import Testing

@Suite("A store that fails during a deployment")
struct FailingStoreTests {
    @Test("a change that can't be stored has not happened, and may be tried again")
    func record() async throws {
        let directory = try temporaryDirectory()
        let store = try Store(directory: directory)
        let deployment = try await store.run(1, to: .waiting)
        let redactor = Redactor(secrets: [])
        let recorder = DeploymentRecorder(
            deployment,
            log: DeploymentLogWriter(deployment: deployment.id, store: store, redactor: redactor, logger: .silent),
            store: store)
        try await withLockedStore(in: directory) {
            _ = await #expect(throws: (any Error).self) { try await recorder.finish(as: .succeeded, outcome: "done") }
        }
        #expect(await recorder.deployment.stage == .waiting)
        try await recorder.finish(as: .failed, outcome: "undone")
        #expect(try await store.deployment(deployment.id)?.stage == .failed)
    }
}
