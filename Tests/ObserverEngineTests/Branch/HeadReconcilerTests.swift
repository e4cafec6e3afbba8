import Simulators
import Testing

@testable import ObserverEngine

@Suite("Why the head is not deployed")
struct HeadReconcilerTests {
    @Test("it is shown after the end of the deployment was announced, however late that is")
    func order() async throws {
        try await withGitHub { _, client in
            try await withStore { store in
                let status = BranchStatus(
                    configuration: try GivenSettings.sufficient.read(), instance: "here", feed: store.feed)
                let head = HeadReconciler(
                    gitHub: client, store: store, status: status,
                    identity: RepositoryIdentity(gitHub: client, store: store, status: status, logger: .silent),
                    logger: .silent)
                let started = try await store.run(1, to: .validating)
                let (failed, _) = try await store.failForGood(started, outcome: "Invalid.", undoingOthers: false)
                try await head.showBlock()
                #expect(status.engine.blocked == nil)
                store.feed.post([.announced(deployment: failed.id)])
                try await head.showBlock()
                #expect(status.engine.blocked?.contains("deployment \(failed.id) failed") == true)
            }
        }
    }
}
