import Foundation

/// Inspects and changes the state of GitHub directly, without the API.
extension GitHubSimulator {
    package func hooks() -> [Hook] { state.value.hooks }

    /// Oldest first.
    package func deliveries() -> [Delivery] { state.value.deliveries }

    /// The statuses of a commit, oldest first.
    package func statuses(of commit: String) -> [CommitStatus] {
        state.value.statuses.filter { $0.commit == commit }
    }

    /// Every violation of GitHub's description of its API by a request, and every leak of the token.
    package func violations() -> [String] { state.value.violations }

    /// Creates a hook, as another user or program would. No ping is sent.
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

    /// The organization requires the token to be authorized for single sign-on; nil accepts it again.
    package func require(_ singleSignOn: SingleSignOn?, of value: String) {
        state.change { state in
            for index in state.tokens.indices where state.tokens[index].value == value {
                state.tokens[index].singleSignOn = singleSignOn
            }
        }
    }

    package func revokeToken(_ value: String) {
        state.change { $0.tokens.removeAll { $0.value == value } }
    }

    package func setRateLimit(_ rate: RateLimit) {
        state.change { $0.rate = rate }
    }

    /// Offsets GitHub's clock. To the observer this looks like a jump of its own clock.
    package func setClock(aheadBy seconds: Double) {
        state.change { $0.clockOffset = seconds }
    }

    /// Makes deliveries arrive late, in another order, twice or never; nil ends that. A push or a check then no longer waits
    /// for its deliveries.
    package func setDisorder(_ disorder: DeliveryDisorder?) {
        state.change { $0.disorder = disorder }
    }

    /// Redirects deliveries for a public address: `("52.37.239.156:8849", "127.0.0.1:41234")`.
    package func mapAddress(_ address: String, to target: String) {
        state.change { $0.addressMap[address] = target }
    }

    /// Serves these bytes as the archive of a commit, instead of the one from git.
    package func setArchive(_ bytes: [UInt8]?, of commit: String) {
        state.change { $0.archives[commit] = bytes }
    }

    /// Waits until GitHub's state satisfies the condition. A nil timeout waits forever.
    @discardableResult
    package func wait<Result: Sendable>(
        for what: String,
        timeout: Duration? = .testTimeout,
        until condition: @escaping @Sendable (State) -> Result?
    ) async throws -> Result {
        try await state.wait(for: what, timeout: timeout, until: condition)
    }

    /// Waits until a commit has a status with the given state.
    @discardableResult
    package func waitForStatus(
        _ wanted: String,
        of commit: String,
        timeout: Duration = .testTimeout
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
    package func waitForHook(timeout: Duration = .testTimeout) async throws -> Hook {
        try await state.wait(for: "a hook", timeout: timeout) { $0.hooks.first { $0.isActive } }
    }

    /// Waits for a delivery of the event that got a 2xx response.
    @discardableResult
    package func waitForDelivery(of event: String, timeout: Duration = .testTimeout) async throws -> Delivery {
        try await state.wait(for: "a successful delivery of \(event)", timeout: timeout) { state in
            state.deliveries.last { delivery in
                delivery.event == event && delivery.outcome.answer.map { (200..<300).contains($0.status) } == true
            }
        }
    }
}

extension Fault {
    /// GitHub's secondary rate limit: too many requests in a short time.
    package static func secondaryRateLimit(
        retryAfter seconds: Int,
        status: Int = 403,
        times: Int? = 1,
        when matches: @escaping @Sendable (SimulatedRequest) -> Bool = { _ in true }
    ) -> Fault {
        let body: JSON = [
            "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api",
        ]
        let headers: HeaderFields = ["Retry-After": "\(seconds)", "Content-Type": "application/json; charset=utf-8"]
        return Fault(when: matches, times: times, effect: .status(status, headers: headers, body: body.text))
    }
}
