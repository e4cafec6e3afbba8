/// The changes of apps that a deployment makes in Marathon, decided before anything is changed.
package struct MarathonChanges: Equatable, Sendable {
    /// New and changed apps.
    package let applied: [AppSpec]
    package let unchanged: [String]
    /// Managed apps that are no longer listed in a group that a spec describes; with -prune, all that are in no spec.
    package let removed: [String]
    /// Managed apps that are no longer in any spec and stay.
    package let orphaned: [String]
    /// The changes app by app.
    package let byApp: [AppChange]

    /// - Parameters:
    ///   - actual: The apps in Marathon that carry the label of the observer or an id of the specs.
    ///   - name: The `app_name` of the descriptor.
    ///   - commit: The commit that they are labelled with.
    ///   - isForced: Applies unchanged apps too.
    ///   - correctsDrift: Also applies apps that differ from their specs although their labels do not.
    ///   - prunes: Removes apps that are no longer in any spec.
    package static func make(
        specs: AppSpecs, actual: [MarathonApp], name: String, commit: CommitID? = nil, isForced: Bool,
        correctsDrift: Bool = false, prunes: Bool = false
    ) -> MarathonChanges {
        let running = Dictionary(actual.map { ($0.id, $0) }) { first, _ in first }
        var applied: [AppSpec] = []
        var unchanged: [String] = []
        var changes: [AppChange] = []
        for spec in specs.apps {
            let app = running[spec.id]
            if let app, !isForced, app.labels[DployLabel.spec] == spec.fingerprint, app.labels[DployLabel.app] == name,
                !correctsDrift || app.drift(from: spec, name: name).isEmpty
            {
                unchanged.append(spec.id)
                changes.append(AppChange(appID: spec.id, kind: .unchanged))
            } else {
                applied.append(spec)
                changes.append(
                    app.map { $0.change(to: spec, name: name, commit: commit) }
                        ?? AppChange(appID: spec.id, kind: .created))
            }
        }
        let wanted = Set(specs.apps.map(\.id))
        let left = actual.filter { $0.labels[DployLabel.app] == name && !wanted.contains($0.id) }.map(\.id).sorted()
        let removed = left.filter { id in prunes || specs.groups.contains { MarathonPath.isChild(id, of: $0) } }
        let orphaned = left.filter { !removed.contains($0) }
        changes += removed.map { AppChange(appID: $0, kind: .removed) }
        changes += orphaned.map { AppChange(appID: $0, kind: .orphaned) }
        return MarathonChanges(
            applied: applied, unchanged: unchanged, removed: removed, orphaned: orphaned, byApp: changes)
    }

    /// "2 changed (/a, /b), 1 unchanged"
    package var summary: String {
        var parts: [String] = []
        if !applied.isEmpty { parts.append("\(applied.count) changed (\(applied.map(\.id).joined(separator: ", ")))") }
        if !unchanged.isEmpty { parts.append("\(unchanged.count) unchanged") }
        if !removed.isEmpty { parts.append("\(removed.count) removed (\(removed.joined(separator: ", ")))") }
        return parts.isEmpty ? "no apps" : parts.joined(separator: ", ")
    }
}

extension MarathonApp {
    /// The change that applying the spec would make.
    fileprivate func change(to spec: AppSpec, name: String, commit: CommitID?) -> AppChange {
        // Labels count as well: Marathon replaces every task whose app has another definition, unless it only scales.
        let all = differences(from: spec.labelled(app: name, commit: commit), besides: [])
        let isReplaced = all.contains { $0.path != "/instances" }
        let count = tasks?.count ?? instances
        return AppChange(
            appID: id, kind: .updated, fields: differences(from: spec.definition, besides: DployLabel.all),
            restarts: isReplaced && count > 0 ? count : nil, takenOverFrom: owner(besides: name))
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
