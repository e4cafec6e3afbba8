import ObserverEngine

/// The state from which a plan is made, as far as the dashboard knows it. When it changes, the plan is outdated.
struct PlanBasis: Equatable, Sendable {
    /// The properties of an app that a plan depends on: its tasks and their health do not matter.
    private struct App: Equatable {
        let commit: String?
        let drift: AppSummary.Drift.Kind?
        let fields: [AppChange.Field]
        let isOrphaned: Bool

        init(_ app: AppSummary) {
            commit = app.commit
            drift = app.drift?.kind
            fields = app.drift?.fields ?? []
            isOrphaned = app.isOrphaned
        }
    }

    /// Those that ended last are among these, too.
    private static let recent = DeploymentsInProgress<DeploymentSummary>.recent
    /// More changed apps are only counted.
    private static let listedApps = 3

    /// The head of the branch; nil for the plan of a certain commit.
    private var head: PlanReport.Commit?
    /// The newest deployment that has started and ended.
    private var ended: DeploymentSummary?
    /// nil while they are not known, or a deployment is changing them.
    private var apps: [String: App]?

    /// - Parameter ref: The commit to plan; nil for the head of the branch.
    init(of ref: String?, in mirror: EngineMirror) {
        head = ref == nil ? mirror.lastSeenHead : nil
        ended = mirror.deployments.rows.prefix(Self.recent).first { $0.stage.isFinal && $0.startedAt != nil }
        guard mirror.runningDeployment == nil, let report = mirror.currentApps, report.isSupported, report.isCurrent,
            report.apps.count == mirror.apps?.apps.count
        else { return }
        apps = Dictionary(report.apps.map { ($0.id, App($0)) }) { first, _ in first }
    }

    /// Why a plan that was made from this state is outdated in a newer one, as a sentence; nil if it is not.
    func change(to newer: PlanBasis) -> String? {
        if let commit = newer.head, commit.id != head?.id {
            return commit.move
        }
        if let row = newer.ended, row.id != ended?.id || row.stage != ended?.stage {
            return "Meanwhile, \(row.commit.shortCommit) \(row.stage.predicate)."
        }
        guard let apps, let current = newer.apps else { return nil }
        let changed = Set(apps.keys).union(current.keys).filter { apps[$0] != current[$0] }
            .sorted { $0.isBefore($1) }
        guard !changed.isEmpty else { return nil }
        let more = changed.count - Self.listedApps
        let names = changed.prefix(Self.listedApps) + (more > 0 ? ["\(more) more"] : [])
        return "Meanwhile, the target has changed: \(names.joined(separator: ", "))."
    }

    /// Adds what has become known since, while the plan is not outdated.
    mutating func adopt(_ newer: PlanBasis) {
        apps = newer.apps ?? apps
    }
}

extension PlanReport.Commit {
    /// States that it is the head of the branch now.
    var move: String {
        "Meanwhile, the head of the branch moved to \(id.shortCommit)\(message.map { " (\($0))" } ?? "")."
    }
}
