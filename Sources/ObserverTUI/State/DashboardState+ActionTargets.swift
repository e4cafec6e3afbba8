import ObserverEngine

/// The deployment, delivery or plan that an action concerns, and why an action is unavailable.
extension DashboardState {
    static let notConnected = "Not connected to the observer."

    /// The opened deployment, or a deployment that a person selected. Else what `observer rollback` chooses.
    var rollbackTarget: DeploymentSummary? {
        if case .deployment(let id) = detail?.subject { return mirror?.deployments[id] }
        if focus == .deployments, detail == nil, deployments.isChosen { return selectedDeployment }
        guard case .deployment(let target) = defaultRollback else { return nil }
        return target
    }

    private var defaultRollback: RollbackTarget {
        mirror?.rollbackTarget ?? .unavailable
    }

    var replayTarget: DeliverySummary? {
        if case .delivery(let id) = detail?.subject { return mirror?.deliveries[id] }
        if focus == .deliveries { return selectedDelivery }
        return relatedRows.delivery.flatMap { mirror?.deliveries[$0] }
    }

    var cancelTarget: DeploymentSummary? {
        if case .deployment(let id) = detail?.subject { return mirror?.deployments[id] }
        if focus == .deployments, let selected = selectedDeployment, !selected.stage.isFinal { return selected }
        return mirror?.currentDeployment
    }

    /// The opened or selected deployment if its plan waits for approval, else any other one that does.
    var approvalTarget: DeploymentSummary? {
        var chosen = selectedDeployment
        if case .deployment(let id) = detail?.subject { chosen = mirror?.deployments[id] }
        if let chosen, chosen.plan != nil { return chosen }
        return mirror?.deployments.rows.prefix(20).first { $0.plan != nil }
    }

    /// Why a command is unavailable now; nil if it is available.
    func refusal(of command: Command) -> String? {
        if let action = command.example, let refusal = refusal(of: action) { return refusal }
        return switch command {
        case .ping: pingRefusal
        case .removeHook: removalRefusal
        case .rollback: rollbackRefusal
        case .replay: replayRefusal
        case .cancel: cancelTarget?.stage.isFinal == false ? nil : "No deployment is running or queued."
        case .approve: approvalTarget == nil ? "No plan is waiting for approval." : nil
        case .acceptRepository: acceptanceRefusal
        case .commandLine: lastCommandLine == nil ? "No action to copy yet." : nil
        case .copyID: selectedID == nil ? "Nothing is selected." : nil
        case .copyURL: selectedURL == nil ? "Selection has no GitHub URL." : nil
        case .freeze: mirror == nil ? "Nothing to freeze yet." : nil
        case .focus(.apps) where !hasApps: "The target does not report its apps."
        case .open where detail == nil: isAnythingToOpen ? nil : "Nothing is selected."
        default: nil
        }
    }

    /// A sentence that names the key of an action, to follow another one; empty if the action is not permitted.
    func remedy(_ sentence: String, for action: ControlAction) -> String {
        caller?.refusal(of: action) == nil ? " \(sentence)" : ""
    }

    /// Why no action of this kind is possible.
    private func refusal(of action: ControlAction) -> String? {
        guard isLive, mirror != nil else { return Self.notConnected }
        return caller?.refusal(of: action)
    }

    private var acceptanceRefusal: String? {
        guard let engine = mirror?.engine, engine.otherRepositoryID == nil else { return nil }
        return "\(engine.fullName) is the watched repository; there is nothing to accept."
    }

    private var pingRefusal: String? {
        mirror?.engine.authentication == .refused ? "GitHub rejects the token, so a ping can't be requested." : nil
    }

    private var isAnythingToOpen: Bool {
        switch focus {
        case .deliveries: selectedDelivery != nil
        case .deployments: selectedDeployment != nil
        case .apps: selectedApp != nil
        case .log: !logLines.isEmpty
        case .hook: shown != nil
        }
    }

    private var removalRefusal: String? {
        mirror?.hook.id == nil ? "No webhook to remove." : nil
    }

    private var rollbackRefusal: String? {
        guard let target = rollbackTarget else {
            guard case .inProgress(let rollback) = defaultRollback else {
                return "No earlier deployment to roll back to."
            }
            return "Rollback to \(rollback.commit.shortCommit) is in progress."
        }
        let commit = target.commit.shortCommit
        guard target.stage == .succeeded else { return "\(commit) did not succeed; select a successful deployment." }
        guard let mirror, mirror.isRunning(target.commit) else { return nil }
        return "\(commit) is already running; select an earlier deployment."
    }

    private var replayRefusal: String? {
        guard let target = replayTarget else { return "Select a delivery to replay." }
        switch target.verdict {
        case .accepted, .duplicate: return nil
        case .rejected: return "Rejected deliveries are not stored and can't be replayed."
        case .ping: return "A ping deploys nothing; select a push to replay."
        case .ignored: return "This delivery deploys nothing: \(target.reason ?? "it was ignored")."
        }
    }
}

extension Command {
    /// An action of the kind that it performs; nil for a command that performs none.
    fileprivate var example: ControlAction? {
        switch self {
        case .register: .register
        case .removeHook: .removeHook(id: 0)
        case .ping: .ping
        case .deploy: .deploy(commit: nil, force: false)
        case .rollback: .rollback(deployment: 0, seenCurrent: nil)
        case .replay: .replay(delivery: 0)
        case .pause: .pause()
        case .approve: .approve(deployment: 0, plan: "")
        case .cancel: .cancel(deployment: 0)
        case .acceptRepository: .acceptRepository(id: 0)
        default: nil
        }
    }
}
