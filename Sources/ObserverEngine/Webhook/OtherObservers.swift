package import Logging

/// Finds out whether another observer answers behind a webhook on this node: two branches of one repository may be observed
/// from one node, and Marathon moves each observer from port to port.
package struct OtherObservers: Sendable {
    private struct Status: Decodable {
        let instance: String?
        let repo: String?
        let branch: String?
    }

    private let http: HTTPTransport
    /// Identifies this observer, also behind a proxy.
    private let instance: String
    private let logger: Logger

    package init(http: HTTPTransport, instance: String, logger: Logger) {
        self.http = http
        self.instance = instance
        self.logger = logger
    }

    /// The ids of the webhooks at whose address another observer answers.
    func claims(among hooks: [GitHubHook]) async -> Set<Int> {
        var claimed: Set<Int> = []
        for hook in hooks {
            guard let other = await observer(behind: hook), other.instance != instance else { continue }
            logger.info("Webhook \(hook.id) belongs to the observer of branch \(other.branch ?? "(unknown)")")
            claimed.insert(hook.id)
        }
        return claimed
    }

    /// The status of the observer that answers at the webhook's address; nil where none does.
    private func observer(behind hook: GitHubHook) async -> Status? {
        guard let url = hook.config.url, url.hasSuffix(DesiredWebhook.path),
            let base = try? ServiceURL(String(url.dropLast(DesiredWebhook.path.count)))
        else { return nil }
        let client = JSONClient(http: http, base: base)
        let limits = JSONClient.Limits(timeout: .seconds(3), size: 64 * 1024)
        guard let response = try? await client.send(JSONRequest(.get, "/status"), limits: limits), response.isSuccess,
            let status: Status = try? response.decode(), status.repo != nil, status.branch != nil
        else { return nil }
        return status
    }
}
