package import Logging

/// Finds out whether another observer answers behind a webhook on this node: two branches of one repository may be observed
/// from one node, and Marathon moves each observer from port to port.
package struct OtherObservers: Sendable {
    private let http: HTTPTransport
    private let branch: WatchedBranch
    private let logger: Logger

    /// - Parameter branch: An observer of the same branch is this one, or a predecessor that is being replaced.
    package init(http: HTTPTransport, branch: WatchedBranch, logger: Logger) {
        self.http = http
        self.branch = branch
        self.logger = logger
    }

    /// The IDs of the webhooks at whose address the observer of another branch answers.
    func claims(among hooks: [GitHubHook]) async -> Set<Int> {
        var claimed: Set<Int> = []
        for hook in hooks {
            guard let other = await observer(behind: hook), other != branch else { continue }
            logger.info("Webhook \(hook.id) belongs to the observer of branch \(other.name.printable)")
            claimed.insert(hook.id)
        }
        return claimed
    }

    /// The branch of the observer that answers at the webhook's address; nil if none does.
    private func observer(behind hook: GitHubHook) async -> WatchedBranch? {
        guard let url = hook.config.url, url.hasSuffix(DesiredWebhook.path),
            let base = try? ServiceURL(String(url.dropLast(DesiredWebhook.path.count)))
        else { return nil }
        let client = JSONClient(http: http, base: base)
        let limits = JSONClient.Limits(timeout: .seconds(3), size: 64 * 1024)
        guard let response = try? await client.send(JSONRequest(.get, "/status"), limits: limits), response.isSuccess,
            let status: ObservedStatus = try? response.decode()
        else { return nil }
        return status.watched
    }
}

/// The branch of an observer, as everyone can read it at `/status`.
struct ObservedStatus: Decodable {
    let owner: String
    let repo: String
    let branch: String

    var watched: WatchedBranch { WatchedBranch(repository: RepositoryName(owner: owner, name: repo), name: branch) }
}
