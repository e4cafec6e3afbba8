import ObserverEngine

/// What y and Y copy.
extension DashboardState {
    var selectedID: String? {
        switch focus {
        case .deliveries: selectedDelivery.map { $0.commit ?? $0.guid }
        case .deployments: selectedDeployment?.commit
        case .log: selectedLogLine.map { Text($0.text).string }
        case .hook: shown?.hook.id.map(String.init)
        }
    }

    var selectedURL: String? {
        switch focus {
        case .deliveries: selectedDelivery?.commit.flatMap(commitURL) ?? hookURL
        case .deployments: selectedDeployment.flatMap { commitURL($0.commit) }
        case .log: strand.deployment.flatMap { shown?.deployments[$0] }.flatMap { commitURL($0.commit) }
        case .hook: hookURL
        }
    }

    private var selectedLogLine: LogLine? {
        let lines = logLines
        return selectedLogIndex(in: lines).map { lines[$0] }
    }

    private var repositoryURL: String? {
        shown.map { "https://github.com/\($0.engine.fullName)" }
    }

    private var hookURL: String? {
        guard let repositoryURL, let id = shown?.hook.id else { return nil }
        return "\(repositoryURL)/settings/hooks/\(id)"
    }

    private func commitURL(_ commit: String) -> String? {
        repositoryURL.map { "\($0)/commit/\(commit)" }
    }
}
