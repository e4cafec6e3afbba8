import Foundation
package import Logging

/// Brings the webhook at GitHub to what we want, and proves that GitHub reaches us through it.
package struct HookRegistration: Sendable {
    private let gitHub: GitHubClient
    private let neighbours: NeighbourObservers
    private let store: Store
    private let branch: WatchedBranch
    private let status: BranchStatus
    private let polls: Bool
    private let logger: Logger
    private let pingLimit: Duration
    private let patience: Duration

    /// - Parameters:
    ///   - polls: Whether pushes are found without the webhook, too.
    ///   - pingLimit: How long GitHub's ping may take to arrive.
    ///   - patience: How long we try to give the hook our secret.
    package init(
        gitHub: GitHubClient, neighbours: NeighbourObservers, store: Store, branch: WatchedBranch, status: BranchStatus,
        polls: Bool, logger: Logger, pingLimit: Duration = .seconds(30), patience: Duration = .seconds(30)
    ) {
        self.gitHub = gitHub
        self.neighbours = neighbours
        self.store = store
        self.branch = branch
        self.status = status
        self.polls = polls
        self.logger = logger
        self.pingLimit = pingLimit
        self.patience = patience
    }

    /// The hook that is as we want it now.
    package struct Outcome: Sendable, Equatable {
        package let id: Int
        /// What had to be mended, in words; empty where it was as we want it, or is new.
        package let repairs: [String]
    }

    /// - Throws: `GitHubError`
    package func register(_ desired: DesiredHook) async throws -> Outcome {
        logger.debug("\(desired.documentedLine)", metadata: [.observe: "register"])
        do {
            return try await reconcile(desired)
        } catch let error as GitHubError where error.says("already exists") {
            // Made by another hand between our look and our request; the second look finds it.
            return try await reconcile(desired)
        }
    }

    private func reconcile(_ desired: DesiredHook) async throws -> Outcome {
        let actual = try await gitHub.hooks()
        let known = try await store.branchState(of: branch).hookID
        let claimed = await neighbours.claims(
            among: HookPlan.candidates(desired: desired, actual: actual))
        let plan = HookPlan.reconcile(desired: desired, actual: actual, known: known, claimed: claimed)
        for hook in plan.foreign {
            logger.info(
                "Leaving the webhook #\(hook.id) alone: it leads to another observer, \(hook.config.url ?? "")",
                metadata: [.observe: "register"])
        }
        let outcome = try await act(on: plan.step, desired, known: known)
        let state = try await store.branchState(of: branch)
        guard state.hookID != outcome.id || state.isHookRemoved else { return outcome }
        try await change { state in
            state.hookID = outcome.id
            state.isHookRemoved = false
        }
        return outcome
    }

    /// - Parameter known: The hook that we had.
    private func act(on step: HookPlan.Step, _ desired: DesiredHook, known: Int?) async throws -> Outcome {
        switch step {
        case .keep(let id):
            logger.debug("WebHook was already registered!", metadata: [.observe: "done", .hook: "\(id)"])
            return Outcome(id: id, repairs: [])
        case .create:
            let loss = known.map { "the webhook #\($0) is gone" }
            if let loss { logger.warning("Registering anew: \(loss)", metadata: [.observe: "register"]) }
            let hook = try await gitHub.createHook(desired)
            logger.debug("Registered WebHook \(hook.documented)", metadata: [.observe: "done"])
            return Outcome(id: hook.id, repairs: [loss].compactMap(\.self))
        case .update(let id, let drift):
            let reasons = drift.map(\.description)
            status.updateHook { $0.drift = reasons }
            logger.info(
                "Mending the webhook #\(id): \(reasons.joined(separator: ", "))", metadata: [.observe: "register"])
            try await gitHub.updateHook(id, to: desired)
            logger.debug("Registered WebHook \(desired.hook(id: id).documented)", metadata: [.observe: "done"])
            return Outcome(id: id, repairs: reasons)
        }
    }

    /// Whether an operator removed the webhook.
    var isRemoved: Bool {
        get async throws { try await store.branchState(of: branch).isHookRemoved }
    }

    /// Removes the hook at GitHub; it stays removed, over restarts, until it is registered again.
    /// - Parameter id: What the operator saw.
    /// - Throws: `OrderRefused`, `GitHubError`
    func remove(_ id: Int) async throws -> String {
        let known = try await store.branchState(of: branch).hookID
        guard known == id else {
            throw OrderRefused.conflict(
                known.map { "Our webhook is #\($0) now, not #\(id)." }
                    ?? "We have no webhook registered, so not #\(id).")
        }
        // Known before it is done: whatever ends us meanwhile, the next start must not register it again.
        try await change { $0.isHookRemoved = true }
        do {
            try await gitHub.deleteHook(id)
        } catch let error where !(error is CancellationError) {
            try await change { $0.isHookRemoved = false }
            throw error
        }
        try await change { $0.hookID = nil }
        logger.info("Removed the webhook #\(id)", metadata: [.observe: "done"])
        return "The webhook #\(id) is removed until it is registered again; "
            + (polls
                ? "pushes are still found by looking at the branch and deployed. To deploy nothing, pause."
                : "nothing tells us of pushes any more, since polling is off.")
    }

    /// Deletes the hook whose removal was cut short.
    /// - Throws: `GitHubError`
    func finishRemoval() async throws {
        guard let id = try await store.branchState(of: branch).hookID else { return }
        try await gitHub.deleteHook(id)
        try await change { $0.hookID = nil }
    }

    private func change(_ change: @escaping @Sendable (inout BranchState) -> Void) async throws {
        try await store.changeBranchState(of: branch, change)
    }

    /// Makes GitHub send a ping; one that is signed with another secret, as after a change of the token, makes us give the
    /// hook ours.
    /// - Returns: Whether that was needed.
    /// - Throws: `GitHubError`
    package func prove(_ id: Int, _ desired: DesiredHook) async throws -> Bool {
        guard try await pinged(id, at: desired.url) == .wronglySigned else { return false }
        logger.info("Mending the webhook #\(id): its secret is not ours", metadata: [.observe: "register"])
        try await Retry(until: .now + patience, logger: logger) { try await gitHub.updateHook(id, to: desired) }
        if try await pinged(id, at: desired.url) == .wronglySigned {
            let problem = "GitHub's ping is signed with another secret than the one that we gave the webhook #\(id)."
            status.updateHook { $0.note(doubt: problem) }
            logger.error("\(problem)", metadata: [.observe: "done"])
        }
        return true
    }

    /// Gives the hook our secret; tries it once.
    /// - Throws: `GitHubError`
    func rekey(_ id: Int, _ desired: DesiredHook) async throws {
        logger.info(
            "Mending the webhook #\(id): its secret is that of the former token", metadata: [.observe: "register"])
        try await gitHub.updateHook(id, to: desired)
    }

    /// Whether a ping of GitHub arrives.
    func ping(_ id: Int, at url: String) async throws -> Bool {
        try await pinged(id, at: url) == .arrived
    }

    private enum Ping {
        case arrived
        case wronglySigned
        case missing
    }

    private func pinged(_ id: Int, at url: String) async throws -> Ping {
        let changes = store.feed.changes()
        do {
            try await Retry(until: .now + pingLimit, logger: logger) { try await gitHub.pingHook(id) }
            let ping = try await withTimeout(pingLimit) {
                for await change in changes {
                    if let ping = Self.ping(in: change, of: id) { return ping }
                }
                throw CancellationError()
            }
            guard ping == .arrived else { return ping }
            status.updateHook { hook in
                hook.lastPingAt = Date()
                (hook.doubt, hook.problem) = (nil, nil)
            }
            logger.info("GitHub reaches us at \(url)", metadata: [.observe: "done", .hook: "\(id)"])
            return .arrived
        } catch is TimedOut {
            let problem =
                "No ping of GitHub came within \(pingLimit.brief): GitHub could not reach \(url). "
                + "Check that the port is open to the internet, and the hook's recent deliveries at "
                + "https://github.com/\(gitHub.repository)/settings/hooks/\(id)"
            status.updateHook { $0.note(doubt: problem) }
            logger.warning("\(problem)", metadata: [.observe: "done"])
        } catch let error as GitHubError {
            logger.warning("\(error)", metadata: [.observe: "done"])
        }
        return .missing
    }

    private static func ping(in change: EngineChange, of id: Int) -> Ping? {
        switch change {
        case .delivery(let delivery) where delivery.event == "ping": .arrived
        case .rejection(let entry) where entry.isWronglySigned && entry.hookID == id: .wronglySigned
        default: nil
        }
    }
}
