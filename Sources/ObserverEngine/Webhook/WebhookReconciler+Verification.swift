import Foundation
import Logging

/// Whether GitHub reaches the observer, and signs with its secret.
extension WebhookReconciler {
    // MARK: - Secret

    /// Signals that the secret has changed.
    var secretRotations: AsyncStream<Void> { endpoint.secrets.rotations }

    /// Signals pushes that polling found, so that their delivery is late or failed.
    func pushesFoundByPolling() -> AsyncStream<Void> {
        store.feed.signals { [branch = settings.branch] change in
            guard case .deployment(let deployment) = change else { return false }
            return deployment.request.branch == branch && deployment.request.trigger == .poll
                && deployment.stage == .queued
        }
    }

    /// Verifies with a ping that GitHub signs with the current secret, and sets the secret where it does not.
    /// - Returns: Whether the webhook was repaired.
    func verifySecret() async -> Bool {
        guard let (id, desired) = registeredHook else { return false }
        do {
            return try await verifySecret(of: id, desired)
        } catch let error where !(error is CancellationError) {
            status.updateHook { $0.note(doubt: "Webhook \(id) has a different secret. \(error)") }
            logger.warning("\(error)", metadata: [.observe: "register"])
        } catch {
            // Cancelled.
        }
        return false
    }

    /// - Throws: `GitHubError`
    func verifySecret(of id: Int, _ desired: DesiredWebhook) async throws -> Bool {
        guard await tryPing(id, at: desired.url) == .refused else { return false }
        logger.info("Webhook \(id) has a different secret; setting it again", metadata: [.observe: "register"])
        try await Retry(until: .now + settings.updateTimeout, logger: logger) {
            try await gitHub.updateHook(id, to: desired)
        }
        // The first answer may be to a ping from before the update.
        for _ in 0..<2 {
            guard await tryPing(id, at: desired.url) == .refused else { return true }
        }
        let problem =
            "Pings from GitHub are still answered with 401 after setting the secret of webhook \(id). "
            + "If a proxy in front of the observer requires authentication, exempt \(DesiredWebhook.path)."
        if status.hook.doubt != problem { logger.error("\(problem)", metadata: [.observe: "done"]) }
        status.updateHook { $0.note(doubt: problem) }
        return false
    }

    /// Sets the current secret after a rotation of the token; tries it once.
    /// - Throws: `GitHubError`
    func updateSecret() async throws {
        guard let (id, desired) = registeredHook else {
            return logger.debug("No webhook registered; nothing to update.", metadata: [.observe: "done"])
        }
        logger.info("Token rotated; updating the secret of webhook \(id)", metadata: [.observe: "register"])
        try await gitHub.updateHook(id, to: desired)
        logger.debug("Webhook \(id) uses the secret of the new token.", metadata: [.observe: "done"])
    }

    // MARK: - Ping

    /// - Throws: `ActionRejected`, `GitHubError`
    func ping() async throws -> String {
        guard let (id, desired) = registeredHook else {
            throw ActionRejected.impossible("No webhook registered; register it first.")
        }
        switch try await ping(id, at: desired.url) {
        case .arrived: return Self.reached(desired.url) + "."
        case let result:
            throw ActionRejected.impossible(
                problem(of: result, id, at: desired.url)
                    ?? "GitHub signs with another secret; register the webhook again.")
        }
    }

    /// Shows the result of a ping, except one that the secret explains.
    private func ping(_ id: Int, at url: String) async throws -> WebhookPing.Result {
        let ping = WebhookPing(gitHub: gitHub, feed: store.feed, timeout: settings.pingTimeout, logger: logger)
        let result = try await ping.send(to: id)
        if result == .arrived {
            status.updateHook { hook in
                hook.lastPingAt = Date()
                (hook.doubt, hook.problem) = (nil, nil)
            }
            logger.info("\(Self.reached(url))", metadata: [.observe: "done", .hook: "\(id)"])
        } else if let sentence = problem(of: result, id, at: url) {
            status.updateHook { $0.note(doubt: sentence) }
            logger.warning("\(sentence)", metadata: [.observe: "done"])
        }
        return result
    }

    /// - Returns: nil if GitHub could not be asked for the ping.
    private func tryPing(_ id: Int, at url: String) async -> WebhookPing.Result? {
        do {
            return try await ping(id, at: url)
        } catch let error as GitHubError {
            logger.warning("\(error)", metadata: [.observe: "done"])
        } catch {
            // Cancelled.
        }
        return nil
    }

    private static func reached(_ url: String) -> String { "Ping received: GitHub can reach \(url)" }

    /// Why a ping did not arrive, and what to do, as sentences.
    private func problem(of result: WebhookPing.Result, _ id: Int, at url: String) -> String? {
        let recent = "the recent deliveries at \(gitHub.webhookSettings)/\(id)"
        switch result {
        case .arrived, .refused: return nil
        case .failed(let words):
            return "GitHub can't deliver to \(url): \(words.printable). Check the firewall, and \(recent)"
        case .strayed:
            return "A ping from GitHub to \(url) was answered by another server. "
                + "Check the port and the proxy, and \(recent)"
        case .missing:
            return
                "No ping from GitHub within \(settings.pingTimeout.brief); \(url) is probably not reachable from the "
                + "internet. Check the firewall, and \(recent)"
        }
    }
}
