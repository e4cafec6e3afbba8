import Foundation
package import Logging
import NIOCore

/// Recovers pushes whose delivery never reached this observer: it was down, moved or full. They are stored with the
/// other deliveries, so that they can be seen and replayed; `HeadReconciler` decides whether their commit is deployed.
package struct MissedDeliveries: Sendable {
    /// Each costs a request; on a new disk three days of deliveries are unknown, and only the newest can matter.
    private static let limit = 50

    private let gitHub: GitHubClient
    private let store: Store
    private let status: BranchStatus
    private let judge: DeliveryJudge
    private let head: HeadReconciler
    private let logger: Logger
    private let timeout: Duration

    /// - Parameter timeout: After this time no more deliveries are recovered; the head of the branch matters more.
    package init(
        gitHub: GitHubClient, store: Store, status: BranchStatus, judge: DeliveryJudge, head: HeadReconciler,
        logger: Logger, timeout: Duration = .seconds(120)
    ) {
        self.gitHub = gitHub
        self.store = store
        self.status = status
        self.judge = judge
        self.head = head
        self.logger = logger
        self.timeout = timeout
    }

    /// Stores the webhook's deliveries that GitHub has and the store does not.
    /// - Parameter checksHeadAnyway: Whether the head of the branch is checked even if nothing was missed: a delivery that
    ///   was stored before may still wait for that.
    /// - Throws: `GitHubError`, store errors.
    package func recover(hook: Int, checksHeadAnyway: Bool) async throws {
        var checksHead = checksHeadAnyway
        var problem: GitHubError?
        do {
            let missed = try await find(hook: hook)
            try await recover(missed.reversed(), of: hook)
            checksHead = checksHead || !missed.isEmpty
        } catch let error as GitHubError where !error.affectsEveryRequest {
            (checksHead, problem) = (true, error)
        }
        if checksHead { try await head.reconcile(.recovery) }
        try await store.noteOvertakenDeliveries(of: status.branch)
        if let problem { throw problem }
    }

    /// Newest first. Where a whole page is known, so is everything before it.
    private func find(hook: Int) async throws -> [GitHubDelivery] {
        var missed: [GitHubDelivery] = []
        try await gitHub.deliveries(of: hook) { page in
            let pushes = page.filter { $0.event == "push" }
            let known = try await store.known(pushes.map { Delivery.Key(hookID: hook, guid: $0.guid) })
            // A redelivery has the GUID of the first attempt.
            let new = pushes.filter { push in
                !known.contains(push.guid) && !missed.contains { $0.guid == push.guid }
            }
            missed += new.prefix(Self.limit - missed.count)
            return pushes.isEmpty || !new.isEmpty && missed.count < Self.limit
        }
        return missed
    }

    /// A failure does not prevent the recovery of later deliveries.
    private func recover(_ missed: some Sequence<GitHubDelivery>, of hook: Int) async throws {
        let deadline = ContinuousClock.now + timeout
        var failures: [any Error] = []
        for delivery in missed {
            guard .now < deadline else {
                logger.warning(
                    "Recovering missed deliveries timed out after \(timeout.brief); continuing at the next review.")
                break
            }
            do {
                try await recover(delivery, of: hook)
            } catch let error where !(error is CancellationError) {
                if let error = error as? GitHubError, error.affectsEveryRequest { throw error }
                failures.append(error)
            }
        }
        guard let first = failures.first else { return }
        logger.warning(
            "Could not recover \(failures.count) missed deliveries; retrying at the next review. First error: \(first)")
    }

    private func recover(_ found: GitHubDelivery, of hook: Int) async throws {
        let request = try await gitHub.delivery(found.id, of: hook).request
        guard let payload = request?.payload else {
            logger.info("GitHub no longer has the payload of delivery \(found.guid); requesting redelivery")
            return try await gitHub.redeliver(found.id, of: hook)
        }
        do {
            let body = Data(payload.canonical.utf8)
            var delivery = judge.delivery(
                Delivery.Key(hookID: hook, guid: found.guid), event: found.event, push: try PushEvent(json: body),
                receivedAt: found.deliveredAt.flatMap(Date.init(rfc3339:)) ?? Date(),
                payload: Delivery.Payload(headers: request?.sentHeaders ?? [], body: body))
            if delivery.verdict == .accepted { delivery.reason = "recovered; " + found.result }
            try await store.recordRecovered(delivery)
            // After the disk was lost, these are all that GitHub delivered in the last days.
            logger.log(
                level: found.wasAnswered ? .debug : .info, "Recovered a delivery; \(found.result)",
                metadata: [
                    .delivery: "\(found.guid)", .verdict: "\(delivery.verdict.rawValue)",
                    .commit: "\(delivery.commit?.short ?? "")",
                ])
        } catch let error as DeliveryRejection {
            logger.warning("Could not read the payload of delivery \(found.guid) that GitHub has stored: \(error)")
        }
    }
}

extension GitHubDeliveryDetail.Request {
    /// The headers that GitHub sent, in the order of their names, without credentials.
    fileprivate var sentHeaders: [Delivery.Header] {
        DeliveryRequest(
            headers: (headers ?? [:]).sorted { $0.key < $1.key }.compactMap { name, value in
                value.string.map { Delivery.Header(name: name, value: $0) }
            }, body: ByteBuffer()
        ).headers
    }
}

extension GitHubDelivery {
    /// Whether an observer accepted it, according to GitHub.
    fileprivate var wasAnswered: Bool { statusCode.map { (200..<300).contains($0) } ?? false }

    fileprivate var result: String {
        let parts = [statusCode.map(String.init), status].compactMap(\.self)
        return "GitHub recorded: \(parts.isEmpty ? "no result" : parts.joined(separator: ", "))"
    }
}

extension GitHubError {
    fileprivate var affectsEveryRequest: Bool { rejectsToken || reason == .rateLimited }
}
