package import Logging
import ServiceLifecycle
import Synchronization

/// The addresses from which GitHub delivers, where nobody else is to be heard. GitHub tells them, and changes them now and
/// then.
/// Source: https://docs.github.com/rest/meta/meta#get-github-meta-information
package struct GitHubAddresses: Service {
    private static let refreshInterval = Duration.seconds(3600)
    /// Until it is tried again, where GitHub did not tell them.
    private static let retryInterval = Duration.seconds(60)
    /// How long a delivery waits for the first answer. GitHub gives up after 10 s.
    private static let patience = Duration.seconds(5)

    private final class Known: Sendable {
        let first = Latch<Void>()
        let ranges = Mutex<[AddressRange]>([])
    }

    private let gitHub: GitHubClient
    private let authentication: Authentication
    private let known = Known()
    private let logger: Logger

    package init(gitHub: GitHubClient, authentication: Authentication, logger: Logger) {
        self.gitHub = gitHub
        self.authentication = authentication
        self.logger = logger
    }

    /// - Parameter client: nil where nobody can tell who it is.
    /// - Throws: Why a delivery is not taken from there.
    func admit(_ client: IPAddress?) async throws(DeliveryRejection) {
        do { try await withTimeout(Self.patience) { try await known.first.get() } } catch { throw .addressesUnknown }
        let ranges = known.ranges.withLock(\.self)
        guard let client, ranges.contains(where: { $0.contains(client) }) else { throw .foreignAddress(client) }
    }

    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try await authentication.granted()
                    try await Task.sleep(for: refresh() ? Self.refreshInterval : Self.retryInterval)
                }
            }
        } catch is CancellationError {
            // Told to stop.
        }
    }

    /// - Returns: Whether GitHub told them.
    private func refresh() async throws -> Bool {
        do {
            let ranges = try await Retry(until: nil, logger: logger) { try await gitHub.deliveryAddresses() }
            guard !ranges.isEmpty else {
                let sentence =
                    "No delivery is taken: \(gitHub.api) does not say from which addresses it delivers, as GitHub Enterprise "
                    + "Server does not. Start without -github-addresses-only."
                logger.error("\(sentence)")
                return false
            }
            known.ranges.withLock { $0 = ranges }
            known.first.set(())
            logger.debug("Deliveries are taken from \(ranges.count) ranges of GitHub's addresses only")
            return true
        } catch let error as GitHubError {
            logger.warning("Can't learn GitHub's addresses, asking again in a minute: \(error)")
            return false
        }
    }
}
