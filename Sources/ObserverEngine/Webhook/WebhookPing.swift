import Foundation
import Logging

/// Asks GitHub for a ping and finds out its result. Only a delivery with a valid signature and GitHub's own log of the
/// webhook count: nothing that anyone else sends has an influence.
struct WebhookPing: Sendable {
    enum Result: Equatable, Sendable {
        case arrived
        /// GitHub was answered with 401: it signs with another secret.
        case refused
        /// GitHub could not deliver it, and its words.
        case failed(String)
        /// It was delivered, but not to this observer.
        case strayed
        /// Neither a delivery nor GitHub's log shows it.
        case missing
    }

    /// How long after GitHub's log shows a success the delivery itself may take to be stored.
    private static let grace = Duration.seconds(2)

    let gitHub: GitHubClient
    let feed: ChangeFeed
    /// How long a ping may take to arrive.
    let timeout: Duration
    let logger: Logger

    /// - Throws: `GitHubError` if GitHub can't be asked for the ping, `CancellationError`
    func send(to hook: Int) async throws -> Result {
        // Merges signals instead of dropping any, however many other changes there are meanwhile.
        let arrivals = feed.signals { change in
            if case .delivery(let delivery) = change { delivery.isPing(of: hook) } else { false }
        }
        let before = await log(of: hook)
        let deadline = ContinuousClock.now + timeout
        try await Retry(until: deadline, logger: logger) { try await gitHub.pingHook(hook) }
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask {
                for await _ in arrivals { return .arrived }
                throw CancellationError()
            }
            group.addTask { try await logged(of: hook, since: before, until: deadline) }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// The result of a ping that GitHub's log did not show before; nil if there is none.
    static func judge(_ log: [GitHubDelivery], since before: Set<Int>) -> Result? {
        guard let ping = log.first(where: { $0.event == "ping" && !before.contains($0.id) }) else { return nil }
        switch ping.statusCode {
        case 401?: return .refused
        case (200..<300)?: return .strayed
        case nil, 0?: return ping.status.flatMap { $0 == "pending" ? nil : .failed($0) }
        case let code?: return .failed([String(code), ping.status].compactMap(\.self).joined(separator: ", "))
        }
    }

    /// Reads GitHub's log with growing pauses, and once more at the deadline.
    private func logged(
        of hook: Int, since before: [GitHubDelivery]?, until deadline: ContinuousClock.Instant
    ) async throws -> Result {
        var backoff = Backoff(first: .seconds(1), limit: .seconds(8))
        while case let rest = deadline - .now, rest > .zero {
            try await Task.sleep(for: min(backoff.delay(), rest))
            guard let before, let entries = await log(of: hook),
                let result = Self.judge(entries, since: Set(before.map(\.id)))
            else { continue }
            // Its arrival ends the wait first.
            if result == .strayed { try await Task.sleep(for: Self.grace) }
            return result
        }
        return .missing
    }

    /// The newest deliveries of the webhook; nil if GitHub does not return them, which the ping does not depend on.
    private func log(of hook: Int) async -> [GitHubDelivery]? {
        var newest: [GitHubDelivery] = []
        do {
            try await gitHub.deliveries(of: hook) { page in
                newest = page
                return false
            }
            return newest
        } catch {
            logger.debug("GitHub's log of webhook \(hook) is not available: \(error)")
            return nil
        }
    }
}

extension Delivery {
    /// A ping of any webhook with the same secret has a valid signature.
    fileprivate func isPing(of hook: Int) -> Bool { event == "ping" && key.hookID == hook }
}
