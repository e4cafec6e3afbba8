package import Logging
import ServiceLifecycle
import Synchronization

/// The IP ranges that GitHub delivers from, for an observer that accepts deliveries from nowhere else. GitHub publishes them
/// and changes them now and then.
/// Source: https://docs.github.com/rest/meta/meta#get-github-meta-information
package final class GitHubAddresses: Service {
    private static let refreshInterval = Duration.seconds(3600)
    private static let retryInterval = Duration.seconds(60)
    /// How long a delivery waits for the first response. GitHub gives up after 10 s.
    private static let timeout = Duration.seconds(5)

    private let gitHub: GitHubClient
    private let authentication: Authentication
    private let logger: Logger
    private let isKnown = Latch<Void>()
    private let ranges = Mutex<[AddressRange]>([])

    package init(gitHub: GitHubClient, authentication: Authentication, logger: Logger) {
        self.gitHub = gitHub
        self.authentication = authentication
        self.logger = logger
    }

    /// - Parameter client: nil if it is unknown.
    /// - Throws: Why a delivery from there is rejected.
    func admit(_ client: IPAddress?) async throws(DeliveryRejection) {
        do { try await withTimeout(Self.timeout) { [isKnown] in try await isKnown.get() } } catch {
            throw .addressesUnknown
        }
        let ranges = ranges.withLock(\.self)
        guard let client, ranges.contains(where: { $0.contains(client) }) else { throw .foreignAddress(client) }
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            while true {
                try await authentication.granted()
                try await Task.sleep(for: refresh() ? Self.refreshInterval : Self.retryInterval)
            }
        }
    }

    /// - Returns: Whether GitHub returned them.
    private func refresh() async throws -> Bool {
        do {
            let found = try await Retry(until: nil, logger: logger) { try await gitHub.deliveryAddresses() }
            guard !found.isEmpty else {
                let sentence =
                    "Rejecting all deliveries: \(gitHub.api) does not publish webhook IP ranges, like any GitHub Enterprise "
                    + "Server. Start without -github-addresses-only."
                logger.error("\(sentence)")
                return false
            }
            ranges.withLock { $0 = found }
            isKnown.set(())
            logger.debug("Accepting deliveries only from GitHub's \(found.count) IP ranges")
            return true
        } catch let error as GitHubError {
            logger.warning(
                "Could not fetch GitHub's webhook IP ranges; retrying in \(Self.retryInterval.brief): \(error.explanation)"
            )
            return false
        }
    }
}
