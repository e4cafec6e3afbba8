import Foundation
import Logging

/// Shows in the log and the row of a running deployment when a service stops responding, and when it responds again.
struct DependencyWatch: Sendable {
    private let deployment: Deployment
    private let store: Store
    private let log: DeploymentLogWriter
    /// The changes since the watch was made.
    private let changes: AsyncStream<EngineChange>

    /// - Parameter log: The log of the deployment.
    init(_ deployment: Deployment, store: Store, log: DeploymentLogWriter) {
        self.deployment = deployment
        self.store = store
        self.log = log
        changes = store.feed.changes { [branch = deployment.request.branch] change in
            if case .dependency(branch, _) = change { true } else { false }
        }
    }

    /// Watches until cancelled.
    func run() async {
        var troubled: [DependencyState] = []
        for await case .dependency(_, let state) in changes {
            let known = troubled.first { $0.name == state.name }
            troubled.removeAll { $0.name == state.name }
            if state.trouble != nil { troubled.append(state) }
            if known?.condition != state.condition { await write(state, before: known) }
            await record(troubled.compactMap(\.trouble))
        }
    }

    private func write(_ state: DependencyState, before: DependencyState?) async {
        if let trouble = state.trouble {
            await log.write(state.condition.rawValue, "\(trouble); retrying", level: .warning)
        } else if let before {
            let gone =
                before.since.map { " after \(Duration.seconds(max(0, Date().timeIntervalSince($0))).brief)" } ?? ""
            await log.write(state.condition.rawValue, "\(state.name) responds again\(gone)")
        }
    }

    /// The row is only for display: a failure to write it must not stop the deployment, whose next change meets it, too.
    private func record(_ troubles: [String]) async {
        let sentence = troubles.isEmpty ? nil : log.clean(troubles.joined(separator: "; "))
        try? await store.record(trouble: sentence, of: deployment)
    }
}
