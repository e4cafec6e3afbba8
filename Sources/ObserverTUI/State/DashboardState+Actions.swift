import ObserverEngine

/// What the action keys act upon, and why they can't where they can't.
extension DashboardState {
    static let notConnected = "Not connected to the engine: nothing can be asked of it now."

    /// The deployment that is looked at, or selected; from elsewhere the one before what runs now.
    var rollbackTarget: DeploymentSummary? {
        if case .deployment(let id) = detail?.subject { return mirror?.deployments[id] }
        if focus == .deployments, detail == nil { return selectedDeployment }
        return mirror?.deployments.rows.filter { $0.stage == .succeeded }.dropFirst().first
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

    /// Why a command can't be carried out now; nil where it can.
    func refusal(of command: Command) -> String? {
        switch command {
        case .register, .ping, .deploy, .pause: actionRefusal
        case .removeHook: actionRefusal ?? removalRefusal
        case .rollback: actionRefusal ?? rollbackRefusal
        case .replay: actionRefusal ?? replayRefusal
        case .cancel: actionRefusal ?? (cancelTarget?.stage.isFinal == false ? nil : "Nothing is being deployed.")
        case .commandLine: lastCommandLine == nil ? "No action was taken yet." : nil
        case .copyID: selectedID == nil ? "Nothing is selected." : nil
        case .copyURL: selectedURL == nil ? "What is selected has no address at GitHub." : nil
        case .freeze: mirror == nil ? "There is nothing to freeze yet." : nil
        default: nil
        }
    }

    private var actionRefusal: String? {
        isLive && mirror != nil ? nil : Self.notConnected
    }

    private var removalRefusal: String? {
        mirror?.hook.id == nil ? "There is no webhook to remove." : nil
    }

    private var rollbackRefusal: String? {
        guard let target = rollbackTarget else { return "There is no earlier deployment to go back to." }
        let commit = target.commit.shortCommit
        guard target.stage == .succeeded else { return "\(commit) did not succeed: select a deployment that did." }
        return target.id == mirror?.deployed?.id ? "\(commit) is what runs now: select an earlier deployment." : nil
    }

    private var replayRefusal: String? {
        guard let target = replayTarget else { return "Select a delivery to replay." }
        return target.id < 0 ? "Rejected deliveries are not stored, so they can't be replayed." : nil
    }
}
