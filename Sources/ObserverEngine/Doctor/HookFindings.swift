/// What follows from the webhooks that GitHub has.
extension Finding {
    /// - Parameter seen: The hook as an observer that runs sees it.
    static func webhook(
        desired: DesiredHook, actual: Result<[GitHubHook], GitHubError>, seen: HookState?
    ) -> Finding {
        if seen?.registration == .removed { return webhookRemoved }
        switch actual {
        case .failure(let error):
            return Finding(.webhook, .failure, RegistrationFailure.sentence(for: error, url: desired.url))
        case .success(let hooks):
            let plan = HookPlan.reconcile(desired: desired, actual: hooks, known: seen?.id)
            switch plan.step {
            case .create:
                return toBeMended(
                    "GitHub has no webhook that leads to \(desired.url).", isObserved: seen != nil)
            case .update(let id, let drift):
                let reasons = drift.map(\.description).joined(separator: ", ")
                return toBeMended("The webhook #\(id) is not as it should be: \(reasons).", isObserved: seen != nil)
            case .keep(let id):
                return webhook(id, at: desired.url, lastResponse: hooks.first { $0.id == id }?.lastResponse)
            }
        }
    }

    static let webhookWithoutAddress = Finding(
        .webhook, .warning, "Without a public address there is no webhook to register.")

    /// An observer that starts mends the hook by itself; one that runs is told to.
    private static func toBeMended(_ text: String, isObserved: Bool) -> Finding {
        isObserved
            ? Finding(.webhook, .failure, text, remedy: "Run: observer register")
            : Finding(.webhook, .warning, text, remedy: "The observer mends that when it starts.")
    }

    private static func webhook(_ id: Int, at url: String, lastResponse: GitHubHook.LastResponse?) -> Finding {
        let name = "#\(id) at \(url)"
        let isUnused = lastResponse?.code == nil && [nil, "unused"].contains(lastResponse?.status)
        if isUnused { return Finding(.webhook, .ok, "\(name), not used yet") }
        if let code = lastResponse?.code, (200..<300).contains(code) {
            return Finding(.webhook, .ok, "\(name), its last delivery was answered with \(code)")
        }
        let answer = lastResponse?.code.flatMap { $0 == 0 ? nil : "was answered with \($0)" } ?? "was not answered"
        return Finding(
            .webhook, .failure,
            "The last delivery of the webhook \(name) \(answer)"
                + (lastResponse?.message.map { ": \($0.printable)." } ?? "."),
            remedy: "See that GitHub reaches this address, then run: observer ping")
    }
}
