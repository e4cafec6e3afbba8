import Foundation
package import Logging

/// Brings the webhook on GitHub to the desired state and verifies that its deliveries arrive. `WebhookService` decides when.
package struct WebhookReconciler: Sendable {
    package struct Settings: Sendable {
        let branch: WatchedBranch
        /// Whether pushes are found without the webhook, too.
        let polls: Bool
        /// The events that GitHub delivers.
        let events: [String]
        /// How long a ping from GitHub may take to arrive.
        var pingTimeout = Duration.seconds(30)
        /// How long setting the secret of the webhook is retried.
        var updateTimeout = Duration.seconds(30)
        /// How long the registration waits for the decisions of operators on a new disk.
        var decisionTimeout = Duration.seconds(120)

        package init(branch: WatchedBranch, polls: Bool, events: [String] = DesiredWebhook.pushes) {
            self.branch = branch
            self.polls = polls
            self.events = events
        }
    }

    /// The webhook that is in the desired state now.
    package struct Outcome: Sendable, Equatable {
        package let id: Int
        package let url: String
        /// The repairs, in words; empty if it was in the desired state already, or is new.
        package let repairs: [String]
        /// Whether GitHub's last delivery was answered with 401, so that its secret may be another one.
        package var wasRefused = false

        fileprivate func refused(according hooks: [GitHubHook]) -> Outcome {
            var outcome = self
            outcome.wasRefused = hooks.first { $0.id == id }?.lastResponse?.code == 401
            return outcome
        }
    }

    package static let noAddress =
        "No webhook registered: no public address is configured. Set DPLOY_PUBLIC_NODE or DPLOY_OBSERVER_PUBLIC_URL."

    let settings: Settings
    let endpoint: WebhookEndpoint
    private let identity: RepositoryIdentity
    let gitHub: GitHubClient
    let store: Store
    let status: BranchStatus
    let logger: Logger

    package init(
        settings: Settings, endpoint: WebhookEndpoint, identity: RepositoryIdentity, gitHub: GitHubClient, store: Store,
        status: BranchStatus, logger: Logger
    ) {
        self.settings = settings
        self.endpoint = endpoint
        self.identity = identity
        self.gitHub = gitHub
        self.store = store
        self.status = status
        self.logger = logger
    }

    // MARK: - Reconciling

    /// - Parameters:
    ///   - deadline: When to give up on a GitHub that is unavailable; nil never does.
    ///   - isRequested: Whether an operator asked for it, also after one removed the webhook.
    /// - Returns: nil without a public address, or if an operator removed the webhook.
    /// - Throws: `ActionRejected`, store errors.
    func reconcile(until deadline: ContinuousClock.Instant?, isRequested: Bool = false) async throws -> Outcome? {
        guard let publicURL = try await endpoint.publicURL() else {
            let isKnown = status.hook.registration == .unreachable
            status.updateHook { $0 = HookState(registration: .unreachable, problem: Self.noAddress) }
            if !isKnown { logger.warning("\(Self.noAddress)", metadata: [.observe: "register"]) }
            return nil
        }
        status.update { $0.publicURL = publicURL.description }
        let desired = DesiredWebhook(
            publicURL: publicURL, secret: endpoint.secrets.current, events: settings.events)
        do {
            let outcome = try await Retry(until: deadline, logger: logger) { () -> Outcome? in
                try await showingFailure(to: desired) {
                    try await verifyRepository()
                    // The removal may have become known only while GitHub was asked again and again.
                    if !isRequested, try await isRemoved { return nil }
                    return try await register(desired, isRequested: isRequested)
                }
            }
            if let outcome { status.updateHook { $0.note(outcome, desired) } }
            return outcome
        } catch let error as GitHubError {
            let next =
                if error.reason == .rateLimited {
                    " The observer retries automatically."
                } else {
                    isRequested && error.isTransient ? " Try again when GitHub is reachable." : ""
                }
            throw ActionRejected.impossible(error.registrationSentence(url: desired.url) + next)
        }
    }

    /// Why a request did not get its turn, as sentences.
    var busy: String {
        let trouble = status.hook.problem ?? status.engine.gitHub.trouble.map { "\($0)." }
        let cause = trouble.map { " \($0)" } ?? ""
        return "Another webhook request is still being retried.\(cause) Try again later."
    }

    /// The webhooks of another repository that has the name now are not changed.
    /// - Throws: `ActionRejected`, `GitHubError`, store errors.
    private func verifyRepository() async throws {
        do {
            try await identity.verify()
        } catch let replaced as RepositoryIdentity.Replaced {
            status.updateHook { ($0.registration, $0.problem) = (.failed, replaced.description) }
            throw ActionRejected.impossible(replaced.description)
        }
    }

    /// Shows the failure of an attempt, also while it is retried.
    private func showingFailure<Value>(
        to desired: DesiredWebhook, _ attempt: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await attempt()
        } catch let error as GitHubError {
            status.updateHook { hook in
                if !error.isTransient { hook.registration = .failed }
                hook.problem = error.registrationSentence(url: desired.url)
            }
            throw error
        }
    }

    /// - Parameter isRequested: Whether an operator asked for it, which ends the removal of the webhook.
    /// - Throws: `GitHubError`
    func register(_ desired: DesiredWebhook, isRequested: Bool = false) async throws -> Outcome {
        logger.debug("\(desired.documentedLine)", metadata: [.observe: "register"])
        do {
            return try await compareAndRepair(desired, isRequested: isRequested)
        } catch let error as GitHubError where error.mentions("already exists") {
            // Created by another client between list and creation; the second list contains it.
            return try await compareAndRepair(desired, isRequested: isRequested)
        }
    }

    private func compareAndRepair(_ desired: DesiredWebhook, isRequested: Bool) async throws -> Outcome {
        let actual = try await gitHub.hooks()
        let known = try await branchState().hookID
        let claimed = await endpoint.otherObservers.claims(
            among: WebhookPlan.candidates(desired: desired, actual: actual))
        let plan = WebhookPlan.reconcile(desired: desired, actual: actual, known: known, claimed: claimed)
        for hook in plan.foreign {
            logger.info(
                "Ignoring webhook \(hook.id): it belongs to another observer, \(hook.config.url?.maskedAddress ?? "")",
                metadata: [.observe: "register"])
        }
        let loss = known.map { known in
            actual.contains { $0.id == known }
                ? "webhook \(known) leads to another observer now" : "webhook \(known) is gone"
        }
        let outcome = try await apply(plan.step, desired, loss: loss).refused(according: actual)
        let state = try await branchState()
        // A removal may only become known later, with other decisions of operators.
        let endsRemoval = isRequested && (state.isHookRemoved || !status.engine.decisions.isKnown)
        guard state.hookID != outcome.id || endsRemoval else { return outcome }
        try await change { state in
            state.hookID = outcome.id
            if endsRemoval { state.decisions.decide(hookRemoved: false, at: Date()) }
        }
        return outcome
    }

    /// - Parameter loss: Why the webhook that was registered before can't be used, if it can't be.
    private func apply(_ step: WebhookPlan.Step, _ desired: DesiredWebhook, loss: String?) async throws -> Outcome {
        switch step {
        case .keep(let id):
            logger.debug("WebHook was already registered!", metadata: [.observe: "done", .hook: "\(id)"])
            return Outcome(id: id, url: desired.url, repairs: [])
        case .create:
            if let loss { logger.warning("Registering the webhook again: \(loss)", metadata: [.observe: "register"]) }
            let hook = try await gitHub.createHook(desired)
            logger.debug("Registered WebHook \(hook.documented)", metadata: [.observe: "done"])
            return Outcome(id: hook.id, url: desired.url, repairs: [loss].compactMap(\.self))
        case .update(let id, let drift):
            let reasons = drift.map(\.description)
            status.updateHook { $0.drift = reasons }
            logger.info(
                "Updating webhook \(id): \(reasons.joined(separator: ", "))", metadata: [.observe: "register"])
            try await gitHub.updateHook(id, to: desired)
            logger.debug("Registered WebHook \(desired.hook(id: id).documented)", metadata: [.observe: "done"])
            return Outcome(id: id, url: desired.url, repairs: reasons)
        }
    }

    /// Whether GitHub refused the last attempt.
    var hasFailed: Bool { status.hook.registration == .failed }

    // MARK: - State

    /// Why an operator's request can't be carried out before the webhook was compared for the first time, as sentences.
    var notReady: String {
        let cause = status.hook.problem ?? status.engine.problem ?? "GitHub has not responded yet."
        return "Nothing was done: the webhook is not set up yet. \(cause) The observer keeps trying; "
            + "see 'observer status', then try again."
    }

    func announce(nextReviewAt date: Date) {
        status.updateHook { $0.nextReviewAt = date }
    }

    /// The webhook as it was last registered, with the current secret; nil while it is being removed.
    var registeredHook: (id: Int, desired: DesiredWebhook)? {
        let hook = status.hook
        guard hook.registration != .removing, let id = hook.id, let url = hook.url else { return nil }
        return (id, DesiredWebhook(url: url, secret: endpoint.secrets.current, events: settings.events))
    }

    func branchState() async throws -> BranchState {
        try await store.branchState(of: settings.branch)
    }

    func change(_ change: @escaping @Sendable (inout BranchState) -> Void) async throws {
        try await store.changeBranchState(of: settings.branch, change)
    }
}

extension HookState {
    mutating func note(_ outcome: WebhookReconciler.Outcome, _ desired: DesiredWebhook) {
        if id != outcome.id { self = HookState { $0.nextReviewAt = nextReviewAt } }
        registration = .registered
        (id, url, events, contentType, isSigned) = (outcome.id, desired.url, desired.events, "json", true)
        // A webhook in the desired state may still be unreachable for GitHub.
        (drift, problem) = ([], doubt)
    }
}

/// Where GitHub is to deliver, and the secret it is to sign with.
package struct WebhookEndpoint: Sendable {
    private let address: PublicAddress
    private let listening: Latch<Int>
    let secrets: WebhookSecrets
    let otherObservers: OtherObservers

    /// - Parameter listening: The port of the public server, once it listens.
    package init(
        address: PublicAddress, listening: Latch<Int>, secrets: WebhookSecrets, otherObservers: OtherObservers
    ) {
        self.address = address
        self.listening = listening
        self.secrets = secrets
        self.otherObservers = otherObservers
    }

    /// Waits for the server to listen: a webhook must not lead to a closed port.
    /// - Returns: nil without a public address.
    func publicURL() async throws -> ServiceURL? {
        try await address.find(listening: listening.get())
    }
}
