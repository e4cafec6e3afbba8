package import Logging
import ServiceLifecycle

/// Shows that nothing can be stored, and notices when it works again.
package struct StorageWatch: Service {
    private static let pause = Duration.seconds(5)

    private let store: Store
    private let status: BranchStatus
    private let logger: Logger

    package init(store: Store, status: BranchStatus, logger: Logger) {
        self.store = store
        self.status = status
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            let failures = store.feed.signals { $0 == .storageFailed }
            for await _ in failures { await waitUntilItWorks() }
        }
    }

    private func waitUntilItWorks() async {
        while !Task.isCancelled {
            do {
                try await store.check()
                if status.note(problem: nil, from: .storage) { logger.info("Deliveries can be stored again.") }
                return
            } catch {
                if Task.isCancelled { return }
                status.note(
                    problem: "Nothing can be stored. \(error) Deliveries are rejected with 503 and recovered later.",
                    from: .storage)
            }
            try? await Task.sleep(for: Self.pause)
        }
    }
}
