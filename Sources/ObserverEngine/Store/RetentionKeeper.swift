import Foundation
package import Logging
import ServiceLifecycle

/// Makes the store forget what is too old or too much, at the start and each hour.
package struct RetentionKeeper: Service {
    private static let pause = Duration.seconds(3600)

    private let store: Store
    private let retention: Retention
    private let logger: Logger

    package init(store: Store, retention: Retention, logger: Logger) {
        self.store = store
        self.retention = retention
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await forget()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func forget() async {
        do {
            let count = try await store.forget(
                before: Date(timeIntervalSinceNow: -retention.age.seconds), keeping: retention.bytes)
            if count > 0 { logger.info("Forgot \(count) old deliveries and deployments, as -keep \(retention) says") }
        } catch {
            logger.warning("Can't make room in the database; trying again in \(Self.pause.brief): \(error)")
        }
    }
}
