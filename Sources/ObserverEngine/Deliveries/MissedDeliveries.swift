import Foundation
package import Logging

/// Finds the pushes of which GitHub told somebody else, or nobody: while we were away, moved, or full. What it finds is
/// stored beside the deliveries that arrived, so that it can be seen and replayed; whether its commit is deployed is for
/// `BranchHead` to say.
package struct MissedDeliveries: Sendable {
    /// Each costs a request; on a new disk all of three days are unknown, and only the newest can matter.
    private static let limit = 50

    private let gitHub: GitHubClient
    private let store: Store
    private let branch: WatchedBranch
    private let head: BranchHead
    private let logger: Logger
    private let patience: Duration

    /// - Parameter patience: After so long no more deliveries are taken up; the head of the branch matters more.
    package init(
        gitHub: GitHubClient, store: Store, branch: WatchedBranch, head: BranchHead, logger: Logger,
        patience: Duration = .seconds(120)
    ) {
        self.gitHub = gitHub
        self.store = store
        self.branch = branch
        self.head = head
        self.logger = logger
        self.patience = patience
    }

    /// Takes up what GitHub delivered to the hook and we have not stored.
    /// - Parameter looksAnyway: Whether the head of the branch is looked at where nothing was missed: what was stored before
    ///   may still wait for that.
    /// - Throws: `GitHubError`, and what the store throws.
    package func recover(hook: Int, looksAnyway: Bool) async throws {
        var looks = looksAnyway
        var problem: GitHubError?
        do {
            let missed = try await find(hook: hook)
            try await takeUp(missed.reversed(), of: hook)
            looks = looks || !missed.isEmpty
        } catch let error as GitHubError where !error.concernsAll {
            (looks, problem) = (true, error)
        }
        if looks { try await head.deployIfMissed(.recovery) }
        if let problem { throw problem }
    }

    /// Newest first. Where a whole page is known, so is what came before it.
    private func find(hook: Int) async throws -> [GitHubDelivery] {
        var missed: [GitHubDelivery] = []
        try await gitHub.deliveries(of: hook) { page in
            let pushes = page.filter { $0.event == "push" }
            let known = try await store.known(pushes.map { Delivery.Key(hookID: hook, guid: $0.guid) })
            // A redelivery bears the GUID of the first attempt.
            let new = pushes.filter { push in
                !known.contains(push.guid) && !missed.contains { $0.guid == push.guid }
            }
            missed += new.prefix(Self.limit - missed.count)
            return pushes.isEmpty || !new.isEmpty && missed.count < Self.limit
        }
        return missed
    }

    /// One that can't be had does not keep us from those that came after it.
    private func takeUp(_ missed: some Sequence<GitHubDelivery>, of hook: Int) async throws {
        let deadline = ContinuousClock.now + patience
        var failures: [any Error] = []
        for delivery in missed {
            guard .now < deadline else {
                logger.warning("The missed deliveries take longer than \(patience.brief); the next review goes on.")
                break
            }
            do {
                try await takeUp(delivery, of: hook)
            } catch let error where !(error is CancellationError) {
                if let error = error as? GitHubError, error.concernsAll { throw error }
                failures.append(error)
            }
        }
        guard let first = failures.first else { return }
        logger.warning(
            "Can't take up \(failures.count) of the missed deliveries; the next review tries again. The first: \(first)"
        )
    }

    private func takeUp(_ found: GitHubDelivery, of hook: Int) async throws {
        guard let payload = try await gitHub.delivery(found.id, of: hook).request?.payload else {
            logger.info("GitHub keeps no body of the delivery \(found.guid); asking it to deliver it again")
            return try await gitHub.redeliver(found.id, of: hook)
        }
        do {
            let body = Data(payload.canonical.utf8)
            let push = try PushEvent(json: body)
            var delivery = Delivery(
                key: Delivery.Key(hookID: hook, guid: found.guid), event: found.event,
                receivedAt: found.deliveredAt.flatMap(Date.init(rfc3339:)) ?? Date(), repository: branch.repository,
                push: push, verdict: .judge(event: found.event, push: push, watched: branch),
                payload: Delivery.Payload(body: body))
            if delivery.verdict == .accepted { delivery.reason = "recovered; " + found.answer }
            try await store.recordRecovered(delivery)
            logger.info(
                "Recovered a delivery; \(found.answer)",
                metadata: [
                    .delivery: "\(found.guid)", .verdict: "\(delivery.verdict.rawValue)",
                    .commit: "\(delivery.commit?.short ?? "")",
                ])
        } catch let error as DeliveryRejection {
            logger.warning("The delivery \(found.guid) that GitHub remembers can't be read: \(error)")
        }
    }
}

extension GitHubDelivery {
    /// What became of it, in words.
    fileprivate var answer: String {
        let ends = [statusCode.map(String.init), status].compactMap(\.self)
        return "for GitHub it ended with \(ends.isEmpty ? "nothing known" : ends.joined(separator: ", "))"
    }
}

extension GitHubError {
    /// Whether every other request would fare the same.
    fileprivate var concernsAll: Bool { [.tokenRefused, .rateLimited].contains(reason) }
}
