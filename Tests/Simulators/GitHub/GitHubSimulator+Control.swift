import Foundation

/// What a test sees of GitHub, and does to it, without asking the API.
extension GitHubSimulator {
    package func hooks() -> [Hook] { state.value.hooks }

    /// Oldest first.
    package func deliveries() -> [Delivery] { state.value.deliveries }

    /// The statuses of a commit, oldest first.
    package func statuses(of commit: String) -> [CommitStatus] {
        state.value.statuses.filter { $0.commit == commit }
    }

    /// Every way in which a request broke GitHub's own description of its API, or leaked the token.
    package func violations() -> [String] { state.value.violations }

    /// Creates a hook as another person or program would; no ping is sent.
    @discardableResult
    package func addHook(
        url: String,
        events: [String] = ["push"],
        contentType: String = "json",
        secret: String? = nil,
        isActive: Bool = true
    ) -> Hook {
        state.change { state in
            var hook = Hook(id: state.nextID(), url: url, events: events, createdAt: Date(), updatedAt: Date())
            hook.contentType = contentType
            hook.secret = secret
            hook.isActive = isActive
            state.hooks.append(hook)
            return hook
        }
    }

    package func editHook(_ id: Hook.ID, _ edit: (inout Hook) -> Void) {
        state.change { state in
            guard let index = state.hooks.firstIndex(where: { $0.id == id }) else { return }
            edit(&state.hooks[index])
            state.hooks[index].updatedAt = Date()
        }
    }

    package func deleteHook(_ id: Hook.ID) {
        state.change { $0.hooks.removeAll { $0.id == id } }
    }

    package func addToken(_ token: Token) {
        state.change { $0.tokens.append(token) }
    }

    package func revokeToken(_ value: String) {
        state.change { $0.tokens.removeAll { $0.value == value } }
    }

    package func setRateLimit(_ rate: RateLimit) {
        state.change { $0.rate = rate }
    }

    /// Sets GitHub's clock apart from this machine's: as seen by GitHub, it is ours that jumps.
    package func setClock(aheadBy seconds: Double) {
        state.change { $0.clockOffset = seconds }
    }

    /// Leads deliveries to a public address somewhere else: `("52.37.239.156:8849", "127.0.0.1:41234")`.
    package func mapAddress(_ address: String, to target: String) {
        state.change { $0.addressMap[address] = target }
    }

    /// Serves these bytes as the archive of a commit, whatever git has.
    package func setArchive(_ bytes: [UInt8]?, of commit: String) {
        state.change { $0.archives[commit] = bytes }
    }

    /// Waits until GitHub's state satisfies the condition; without a timeout as long as it takes.
    @discardableResult
    package func wait<Result: Sendable>(
        for what: String,
        timeout: Duration? = .patience,
        until condition: @escaping @Sendable (State) -> Result?
    ) async throws -> Result {
        try await state.wait(for: what, timeout: timeout, until: condition)
    }

    /// Waits until a commit has a status of that state.
    @discardableResult
    package func waitForStatus(
        _ wanted: String,
        of commit: String,
        timeout: Duration = .patience
    ) async throws -> CommitStatus {
        try await state.wait(
            for: "status \(wanted) of \(commit.prefix(7))",
            timeout: timeout,
            describe: { $0.statuses.map { "\($0.commit.prefix(7)) \($0.state)" }.joined(separator: ", ") },
            until: { $0.statuses.last { $0.commit == commit && $0.state == wanted } }
        )
    }

    /// Waits until there is an active hook.
    @discardableResult
    package func waitForHook(timeout: Duration = .patience) async throws -> Hook {
        try await state.wait(for: "a hook", timeout: timeout) { $0.hooks.first { $0.isActive } }
    }

    /// Waits until there is a delivery of the event that was answered with a 2xx.
    @discardableResult
    package func waitForDelivery(of event: String, timeout: Duration = .patience) async throws -> Delivery {
        try await state.wait(for: "an answered delivery of \(event)", timeout: timeout) { state in
            state.deliveries.last { delivery in
                delivery.event == event && delivery.outcome.answer.map { (200..<300).contains($0.status) } == true
            }
        }
    }

    /// Sends the newest delivery with the GUID once more, as the button on GitHub's page does.
    @discardableResult
    package func redeliver(_ guid: String) async -> Delivery? {
        guard let order = redelivery(where: { $0.guid == guid }) else { return nil }
        return await sender.send(order)
    }

    func redelivery(where condition: (Delivery) -> Bool) -> WebhookOrder? {
        let state = state.value
        guard let delivery = state.deliveries.last(where: condition),
            let hook = state.hooks.first(where: { $0.id == delivery.hookID })
        else { return nil }
        return WebhookOrder(
            hook: hook,
            event: delivery.event,
            action: delivery.action,
            payload: delivery.payload,
            guid: delivery.guid,
            isRedelivery: true
        )
    }
}
