/// The desired state of Marathon: all apps and groups by absolute id.
struct MarathonRoot: Sendable {
    /// Complete definitions.
    var apps: [String: JSON]
    /// The dependencies of each group. Always contains the root group.
    var groups: [String: [String]]

    /// The apps in start order, grouped by dependency depth; nil if there is a cycle.
    var levels: [[String]]? {
        var waiting = apps.keys.reduce(into: [String: Set<String>]()) { $0[$1] = dependencies(of: $1) }
        var levels: [[String]] = []
        while !waiting.isEmpty {
            let level = waiting.filter { $0.value.isDisjoint(with: waiting.keys) }.map(\.key)
            guard !level.isEmpty else { return nil }
            levels.append(level)
            for app in level { waiting[app] = nil }
        }
        return levels
    }

    /// The apps that an app depends on, directly or through its groups.
    private func dependencies(of app: String) -> Set<String> {
        let own = apps[app]?["dependencies"]?.array?.compactMap(\.string) ?? []
        let inherited = PathID.ancestors(of: app).flatMap { groups[$0] ?? [] }
        return Set(
            (own + inherited).flatMap { target in
                apps.keys.filter { $0 == target || (groups[target] != nil && PathID.isInside($0, target)) }
            })
    }

    /// Adds the groups that contain an app or a group.
    mutating func addAncestors(of id: String) {
        for group in PathID.ancestors(of: id) where groups[group] == nil { groups[group] = [] }
    }

    /// Removes a group and everything in it.
    mutating func removeGroup(_ id: String) {
        apps = apps.filter { !PathID.isInside($0.key, id) }
        groups = groups.filter { $0.key == "/" || ($0.key != id && !PathID.isInside($0.key, id)) }
    }

    /// Applies an update to a group, completing its apps.
    mutating func apply(_ update: GroupUpdate, complete: (_ app: JSON, _ id: String) -> JSON) {
        addAncestors(of: update.id)
        if groups[update.id] == nil { groups[update.id] = [] }
        if let dependencies = update.dependencies { groups[update.id] = dependencies }
        if let wanted = update.apps {
            let ids = wanted.map { PathID.absolute($0["id"]?.string ?? "", in: update.id) }
            for id in apps.keys where PathID.parent(of: id) == update.id && !ids.contains(id) { apps[id] = nil }
            for (app, id) in zip(wanted, ids) { apps[id] = complete(app, id) }
        }
        if let wanted = update.groups {
            let children = groups.keys.filter { $0 != "/" && PathID.parent(of: $0) == update.id }
            for child in children where !wanted.contains(where: { $0.id == child }) { removeGroup(child) }
            for child in wanted { apply(child, complete: complete) }
        }
    }
}
