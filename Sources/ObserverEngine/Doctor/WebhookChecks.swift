/// Checks of the webhook against the webhooks of the repository.
extension Finding {
    /// - Parameter seen: The webhook as reported by the running observer.
    static func webhook(
        desired: DesiredWebhook, actual: Result<[GitHubHook], GitHubError>, seen: HookState?
    ) -> Finding {
        if seen?.registration == .removed { return webhookRemoved }
        if let seen, seen.registration == .removing { return unfinishedRemoval(of: seen) }
        switch actual {
        case .failure(let error):
            return Finding(
                .webhook, .failure, error.registrationSentence(url: desired.url),
                remedy: seen == nil ? "Then start the observer." : "Then run: observer register")
        case .success(let hooks):
            let plan = WebhookPlan.reconcile(desired: desired, actual: hooks, known: seen?.id)
            switch plan.step {
            case .create:
                return toBeRepaired(
                    "GitHub has no webhook for \(desired.url).", "registers", isObserved: seen != nil)
            case .update(let id, let drift):
                let reasons = drift.map(\.description).joined(separator: ", ")
                return toBeRepaired(
                    "Webhook \(id) needs an update: \(reasons).", "updates", isObserved: seen != nil)
            case .keep(let id):
                return webhook(id, at: desired.url, lastResponse: hooks.first { $0.id == id }?.lastResponse)
            }
        }
    }

    static let webhookWithoutAddress = Finding(
        .webhook, .warning, "It can't be registered without a public address; until then, only polling finds pushes.",
        remedy: "See the line on the address.")

    /// The observer does it when it starts; a running one can be asked to.
    /// - Parameter repair: `registers` or `updates`.
    private static func toBeRepaired(_ text: String, _ repair: String, isObserved: Bool) -> Finding {
        isObserved
            ? Finding(.webhook, .failure, text, remedy: "Run: observer register")
            : Finding(.webhook, .warning, text, remedy: "The observer \(repair) it when it starts.")
    }

    private static func webhook(_ id: Int, at url: String, lastResponse: GitHubHook.LastResponse?) -> Finding {
        let name = "\(id) at \(url)"
        let isUnused = lastResponse?.code == nil && [nil, "unused"].contains(lastResponse?.status)
        if isUnused { return Finding(.webhook, .ok, "\(name), not used yet") }
        if let code = lastResponse?.code, (200..<300).contains(code) {
            return Finding(.webhook, .ok, "\(name), last delivery returned \(code)")
        }
        let answer = lastResponse?.code.flatMap { $0 == 0 ? nil : "returned \($0)" } ?? "got no response"
        return Finding(
            .webhook, .failure,
            "The last delivery of webhook \(name) \(answer)"
                + (lastResponse?.message.map { ": \($0.printable)." } ?? "."),
            remedy: lastResponse?.code == 503
                ? "The observer could not store it: see 'observer status' and the free space, then run: observer ping"
                : "Make sure that GitHub can reach this address, then run: observer ping")
    }
}
