package import Logging
import ServiceLifecycle

/// Shows that nothing can be stored, and notices when it works again. Shows for a while that the database was replaced.
package struct StorageWatch: Service {
    private static let pause = Duration.seconds(5)

    private let store: Store
    private let status: BranchStatus
    private let noticeLifetime: Duration
    private let logger: Logger
    private let failures: AsyncStream<Void>
    private let renewals: AsyncStream<Void>

    /// - Parameter noticeLifetime: How long a replaced database is shown as a problem.
    package init(
        store: Store, status: BranchStatus, noticeLifetime: Duration = .seconds(3600), logger: Logger
    ) {
        self.store = store
        self.status = status
        self.noticeLifetime = noticeLifetime
        self.logger = logger
        failures = store.feed.signals { $0 == .storageFailed }
        renewals = store.feed.signals { $0 == .databaseRecreated }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in failures { await waitUntilItWorks() } }
                group.addTask { for await _ in renewals { await showRenewal() } }
            }
        }
    }

    private func showRenewal() async {
        status.note(problem: Store.sentence(ofRenewal: store.brokenDatabase), from: .database)
        try? await Task.sleep(for: noticeLifetime)
        status.note(problem: nil, from: .database)
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
