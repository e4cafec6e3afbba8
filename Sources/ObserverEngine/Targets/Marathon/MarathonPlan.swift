import Foundation

/// The changes that deploying a tree to Marathon would make.
package struct MarathonPlan: TargetPlan {
    let desired: DesiredApps
    /// The apps in Marathon when the plan was made.
    let snapshot: MarathonSnapshot
    let client: MarathonClient

    package var changes: [AppChange] { snapshot.changes.byApp }
    package var summary: String { snapshot.changes.summary }
    package var changesAnything: Bool { !snapshot.changes.applied.isEmpty || !snapshot.changes.removed.isEmpty }

    /// The values of the environment are masked in the changes, but not in the specs.
    package var approvalMarks: [String] {
        snapshot.changes.byApp.filter(\.isEffective).map { change in
            let spec = snapshot.changes.applied.first { $0.id == change.appID }?.fingerprint
            let running = snapshot.apps.first { $0.id == change.appID }?.configurationVersion
            return change.mark("\(spec ?? "") \(running ?? "")")
        }
    }

    package var running: RunningCommit? { RunningCommit(apps: snapshot.apps, of: desired) }

    package var runningCommits: [CommitID] {
        // Versions are timestamps in one format, so they sort as strings.
        let newestFirst = desired.managed(among: snapshot.apps)
            .sorted { ($0.configurationVersion, $0.id) > ($1.configurationVersion, $1.id) }
        var known: Set<CommitID> = []
        return newestFirst.compactMap { $0.labels[DployLabel.commit].flatMap(CommitID.init(_:)) }
            .filter { known.insert($0).inserted }
    }

    package var warnings: [PlanWarning] {
        let copied = snapshot.changes.copied.map {
            PlanWarning(
                verb: "note",
                text: "\($0) stays: it is not managed by this observer, although it has the labels of another app")
        }
        return desired.specs.notes + adopted + copied
    }

    /// Apps with the ID of a spec that have no label of the observer.
    private var adopted: [PlanWarning] {
        let applied = Set(snapshot.changes.applied.map(\.id))
        let unmarked = snapshot.apps.filter { applied.contains($0.id) && $0.isUnmarked }
        return unmarked.map(\.id).sorted().map {
            PlanWarning(
                verb: "claiming", text: "\($0), which dploy did not deploy before, or whose labels were removed")
        }
    }

    package var drifted: [AppSummary] {
        let running = Dictionary(snapshot.apps.map { ($0.id, $0) }) { first, _ in first }
        let unchanged = Set(snapshot.changes.unchanged)
        return desired.specs.apps.compactMap { spec in
            guard let app = running[spec.id] else { return nil }
            let isApplied = !unchanged.contains(spec.id)
            let fields = isApplied ? kept(of: app, by: spec) : app.drift(from: spec, name: desired.name)
            return fields.isEmpty
                ? nil : AppSummary(id: spec.id) { $0.drift = .init(kind: .changed, fields: fields) }
        }
    }

    /// The differences from its spec that an app keeps although the spec is applied: a correction leaves the fields that
    /// others may change.
    private func kept(of app: MarathonApp, by spec: AppSpec) -> [AppChange.Field] {
        guard let correction = desired.source.correction else { return [] }
        let applied = correction.keepingIgnored(in: spec.labelled(app: desired.name), from: app.json)
        let reset = Set(app.differences(from: applied, besides: [DployLabel.commit]).map(\.path))
        return app.drift(from: spec, name: desired.name).filter { !reset.contains($0.path) }
    }
}

extension AppSpecs {
    /// Notes for an operator on the files of a tree.
    var notes: [PlanWarning] { warnings.map { PlanWarning(verb: "note", text: $0) } }
}

/// The apps that a tree describes.
struct DesiredApps: Sendable {
    let source: DeploymentSource
    /// The `app_name` of the descriptor.
    let name: String
    let specs: AppSpecs
    /// Removes apps that are no longer in any spec.
    let prunes: Bool

    /// The managed apps in Marathon compared with the specs.
    /// - Parameter first: The snapshot before something was sent; what has been applied since is not applied again.
    func compare(with client: MarathonClient, after first: MarathonSnapshot? = nil) async throws -> MarathonSnapshot {
        let apps = try await find(with: client)
        let isDone = first?.isDone(in: apps, by: source.commit.id) ?? false
        let changes = MarathonChanges.make(
            specs: specs, actual: apps, name: name, commit: source.commit.id, isForced: source.isForced && !isDone,
            correction: source.correction, prunes: prunes)
        return MarathonSnapshot(changes: changes, apps: apps)
    }

    /// The apps that carry the label of the observer or an id of the specs.
    func find(with client: MarathonClient) async throws -> [MarathonApp] {
        try await client.apps(withLabel: DployLabel.app, and: specs.apps.map(\.id))
    }

    /// The apps of the specs that have the label of a commit, or those that were in a spec before if there are none.
    func managed(among apps: [MarathonApp]) -> [MarathonApp] {
        let wanted = Set(specs.apps.map(\.id))
        let specified = apps.filter { wanted.contains($0.id) && $0.isLabelled(by: name) }
        let left = UnspecifiedApps(among: apps, of: name, besides: specs).left
        return specified.isEmpty ? left.filter { $0.isLabelled(by: name) } : specified
    }
}

/// The managed apps in Marathon at one moment, and what has to change.
struct MarathonSnapshot: Sendable {
    let changes: MarathonChanges
    /// The apps that carry the label of the observer or an id of the specs.
    let apps: [MarathonApp]

    /// The app of this spec if it was last changed by a deployment of this commit.
    func app(of spec: AppSpec, at commit: CommitID) -> MarathonApp? {
        apps.first { $0.id == spec.id && $0.wasChanged(to: spec, at: commit) }
    }

    /// The app of this spec while one of these Marathon deployments is making it what the spec wants.
    func app(of spec: AppSpec, changingIn deployments: Set<String>) -> MarathonApp? {
        apps.first { app in
            app.id == spec.id && app.labels[DployLabel.spec] == spec.fingerprint
                && !deployments.isDisjoint(with: app.deployments ?? [])
        }
    }

    /// Whether what was to be applied has been applied since. All of it is one change in Marathon, so one app is proof.
    func isDone(in later: [MarathonApp], by commit: CommitID) -> Bool {
        let later = MarathonSnapshot(changes: changes, apps: later)
        return changes.applied.contains { spec in
            guard let app = later.app(of: spec, at: commit) else { return false }
            return app.configurationVersion != apps.first { $0.id == spec.id }?.configurationVersion
        }
    }
}

extension MarathonApp {
    /// Whether a deployment of this spec at this commit made the app what it is.
    func wasChanged(to spec: AppSpec, at commit: CommitID) -> Bool {
        labels[DployLabel.spec] == spec.fingerprint && labels[DployLabel.commit] == commit.description
    }
}

/// The apps with the label of the observer that are in no spec.
struct UnspecifiedApps {
    /// Those that were in a spec before.
    private(set) var left: [MarathonApp] = []
    /// Those of someone else, with the labels of another app.
    private(set) var copied: [MarathonApp] = []

    /// - Parameter name: The `app_name` of the descriptor.
    init(among apps: [MarathonApp], of name: String, besides specs: AppSpecs) {
        let wanted = Set(specs.apps.map(\.id))
        let managed = apps.filter { $0.labels[DployLabel.app] == name }
        let specified = managed.filter { wanted.contains($0.id) }
        let others = managed.filter { !wanted.contains($0.id) }
        guard !others.isEmpty else { return }
        // The fingerprint covers the id of the app. So of several apps with the same one, only one is from that spec: the
        // one with its id or, if that is not known, the oldest.
        var known = Set(specs.apps.map(\.fingerprint) + specified.compactMap { $0.labels[DployLabel.spec] })
        for app in others.sorted(by: { $0.configurationVersion < $1.configurationVersion }) {
            let isCopy = app.labels[DployLabel.spec].map { !known.insert($0).inserted } ?? false
            if isCopy { copied.append(app) } else { left.append(app) }
        }
    }
}

extension RunningCommit {
    /// The commit that last changed an app of the specs, or one that was in a spec before if there is none; nil if Marathon
    /// runs no such app.
    init?(apps: [MarathonApp], of desired: DesiredApps) {
        let managed = desired.managed(among: apps)
        // Versions are timestamps in one format, so they sort as strings.
        guard let newest = managed.max(by: { $0.configurationVersion < $1.configurationVersion }),
            let commit = newest.labels[DployLabel.commit].flatMap(CommitID.init(_:))
        else { return nil }
        self.init(commit: commit, changedAt: Date(rfc3339: newest.configurationVersion))
    }
}

/// The changes of apps that a deployment makes in Marathon, decided before anything is changed.
package struct MarathonChanges: Equatable, Sendable {
    /// New and changed apps.
    package let applied: [AppSpec]
    package let unchanged: [String]
    /// Managed apps that are no longer listed in a group that a spec describes; with -prune, all that are in no spec.
    package let removed: [String]
    /// Managed apps that are no longer in any spec and stay.
    package let orphaned: [String]
    /// Apps of someone else with the labels of a managed one; they stay.
    package let copied: [String]
    /// The changes app by app.
    package let byApp: [AppChange]

    /// - Parameters:
    ///   - actual: The apps in Marathon that carry the label of the observer or an id of the specs.
    ///   - name: The `app_name` of the descriptor.
    ///   - commit: The commit that they are labelled with.
    ///   - isForced: Applies unchanged apps too.
    ///   - correction: Applies the apps that drifted instead of those whose labels differ.
    ///   - prunes: Removes apps that are no longer in any spec.
    package static func make(
        specs: AppSpecs, actual: [MarathonApp], name: String, commit: CommitID? = nil, isForced: Bool,
        correction: DriftScope? = nil, prunes: Bool = false
    ) -> MarathonChanges {
        let running = Dictionary(actual.map { ($0.id, $0) }) { first, _ in first }
        var applied: [AppSpec] = []
        var unchanged: [String] = []
        var changes: [AppChange] = []
        for spec in specs.apps {
            let app = running[spec.id]
            let differs = app.map { $0.differs(from: spec, name: name, correction: correction) } ?? true
            if isForced || differs && correction?.includes(spec.id) ?? true {
                applied.append(spec)
                changes.append(
                    app.map { $0.change(to: spec, name: name, commit: commit, keeping: correction?.ignored ?? []) }
                        ?? AppChange(appID: spec.id, kind: .created))
            } else {
                unchanged.append(spec.id)
                changes.append(AppChange(appID: spec.id, kind: .unchanged))
            }
        }
        let unspecified = UnspecifiedApps(among: actual, of: name, besides: specs)
        let left = unspecified.left.map(\.id).sorted()
        let removed = left.filter { id in prunes || specs.groups.contains { MarathonPath.isChild(id, of: $0) } }
        let orphaned = left.filter { !removed.contains($0) }
        changes += removed.map { AppChange(appID: $0, kind: .removed) }
        changes += orphaned.map { AppChange(appID: $0, kind: .orphaned) }
        return MarathonChanges(
            applied: applied, unchanged: unchanged, removed: removed, orphaned: orphaned,
            copied: unspecified.copied.map(\.id).sorted(), byApp: changes)
    }

    /// "1 created (/a), 1 updated (/b), 1 unchanged"
    package var summary: String {
        let parts = [
            Self.part("created", ids(.created)), Self.part("updated", ids(.updated)),
            unchanged.isEmpty ? nil : "\(unchanged.count) unchanged", Self.part("removed", removed),
        ].compactMap(\.self)
        return parts.isEmpty ? "no apps" : parts.joined(separator: ", ")
    }

    private func ids(_ kind: AppChange.Kind) -> [String] { byApp.filter { $0.kind == kind }.map(\.appID) }

    private static func part(_ word: String, _ ids: [String]) -> String? {
        ids.isEmpty ? nil : "\(ids.count) \(word) (\(ids.joined(separator: ", ")))"
    }
}

extension MarathonApp {
    /// Whether a deployment of this name labelled it with its commit.
    fileprivate func isLabelled(by name: String) -> Bool {
        labels[DployLabel.app] == name && labels[DployLabel.commit] != nil
    }

    /// Whether a deployment has to apply the spec.
    fileprivate func differs(from spec: AppSpec, name: String, correction: DriftScope?) -> Bool {
        if let correction { return !drift(from: spec, name: name).without(correction.ignored).isEmpty }
        return labels[DployLabel.spec] != spec.fingerprint || labels[DployLabel.app] != name
    }

    /// The change that applying the spec would make.
    /// - Parameter ignored: JSON pointers of fields that stay as they are.
    fileprivate func change(to spec: AppSpec, name: String, commit: CommitID?, keeping ignored: [String]) -> AppChange {
        // Labels count as well: Marathon replaces every task whose app has another definition, unless it only scales.
        let all = differences(from: spec.labelled(app: name, commit: commit), besides: []).without(ignored)
        let isReplaced = all.contains { $0.path != "/instances" }
        let count = tasks?.count ?? instances
        let fields = differences(from: spec.definition, besides: DployLabel.all).without(ignored)
        let owner = owner(besides: name)
        return AppChange(
            appID: id, kind: .updated, fields: fields.isEmpty && owner == nil ? lostLabels(among: all) : fields,
            restarts: isReplaced && count > 0 ? count : nil, takenOverFrom: owner)
    }

    /// Whether it has no label of the observer.
    fileprivate var isUnmarked: Bool { DployLabel.all.allSatisfy { labels[$0] == nil } }

    /// The labels of the observer that someone removed or changed. Another valid hash of the spec is not listed: the spec may
    /// only be written otherwise.
    private func lostLabels(among fields: [AppChange.Field]) -> [AppChange.Field] {
        let names = fields.filter { $0.path == "/labels/\(DployLabel.app)" }
        guard names.isEmpty, labels[DployLabel.spec]?.wholeMatch(of: #/[0-9a-f]{64}/#) == nil else { return names }
        return fields.filter { $0.path == "/labels/\(DployLabel.spec)" }
    }

    /// The dploy app that manages it, if that is not this one.
    fileprivate func owner(besides name: String) -> String? {
        labels[DployLabel.app].flatMap { $0 == name ? nil : $0 }
    }

    /// The fields in which it differs from its spec, whatever commit it was applied with. The hash of the spec counts only
    /// where nothing else explains the difference.
    func drift(from spec: AppSpec, name: String) -> [AppChange.Field] {
        let fields = differences(from: spec.labelled(app: name), besides: [DployLabel.commit])
        let others = fields.filter { $0.path != "/labels/\(DployLabel.spec)" }
        return others.isEmpty ? fields : others
    }

    /// The fields in which it differs from a definition.
    /// - Parameter labels: Labels that don't count.
    func differences(from definition: JSONValue, besides labels: [String]) -> [AppChange.Field] {
        var app = json
        var counted = app["labels"]?.object ?? [:]
        for label in labels { counted[label] = nil }
        app["labels"] = .object(counted)
        return FieldDifference.between(app, and: definition)
    }
}
