/// The changes of services that a deployment makes, decided before anything is changed.
struct ComposeChanges: Equatable, Sendable {
    /// A service that is created or changed.
    struct Applied: Equatable, Sendable {
        let service: ComposeService
        let isNew: Bool
        /// Whether its containers are replaced; otherwise some are started, added or removed.
        let isReplaced: Bool
        /// Whether only a build can show if its image differs.
        var dependsOnBuild = false
        /// Whether a container is missing, down or not wanted.
        var isIncomplete = false
    }

    let applied: [Applied]
    let unchanged: [String]
    /// Managed services that are no longer in the compose file; with -prune, all such services of the project.
    let removed: [String]
    /// Services of the project that are neither in the compose file nor managed, and stay.
    let orphaned: [String]
    /// The applied services that another dploy app manages, with the name of that app.
    let takenOver: [String: String]
    let byService: [AppChange]

    /// How a deployment decides.
    struct Rules: Equatable, Sendable {
        /// The name by which managed services are found again.
        let app: String
        var isForced = false
        var prunes = false
        var correction: DriftScope?
    }

    /// - Parameters:
    ///   - desired: The services of the tree.
    ///   - containers: The containers of the project.
    ///   - release: The last deployment that succeeded, with which fields are compared.
    static func make(
        desired: [ComposeService], containers: [Container], release: ComposeRelease?, rules: Rules
    ) -> ComposeChanges {
        let running = Dictionary(grouping: containers) { $0.service ?? "" }
        var applied: [Applied] = []
        var unchanged: [String] = []
        var takenOver: [String: String] = [:]
        var changes: [AppChange] = []
        for service in desired {
            let own = running[service.name] ?? []
            let owner = own.lazy.compactMap(\.app).first { $0 != rules.app }
            let difference = ServiceDifference(of: own, from: service, release: release, app: rules.app)
            let isIncluded = rules.correction?.includes(service.name) ?? true
            guard rules.isForced || isIncluded && !difference.isEmpty else {
                unchanged.append(service.name)
                changes.append(AppChange(appID: service.name, kind: .unchanged))
                continue
            }
            let isReplaced = rules.isForced || difference.isReplaced
            applied.append(
                Applied(
                    service: service, isNew: own.isEmpty, isReplaced: isReplaced,
                    dependsOnBuild: !rules.isForced && difference.dependsOnBuild,
                    isIncomplete: difference.isIncomplete))
            takenOver[service.name] = owner
            let active = own.count { $0.state.status == "running" }
            changes.append(
                AppChange(
                    appID: service.name, kind: own.isEmpty ? .created : .updated,
                    fields: own.isEmpty ? [] : difference.fields, restarts: isReplaced && active > 0 ? active : nil,
                    takenOverFrom: owner))
        }
        let wanted = Set(desired.map(\.name))
        let left = running.filter { !wanted.contains($0.key) }
        let removed = left.filter { rules.prunes || $0.value.contains { $0.app == rules.app } }.keys.sorted()
        let orphaned = left.keys.filter { !removed.contains($0) }.sorted()
        changes += removed.map { AppChange(appID: $0, kind: .removed) }
        changes += orphaned.map { AppChange(appID: $0, kind: .orphaned) }
        return ComposeChanges(
            applied: applied, unchanged: unchanged, removed: removed, orphaned: orphaned, takenOver: takenOver,
            byService: changes)
    }

    /// "1 created (api), 1 updated (web), 1 unchanged"
    var summary: String {
        let part = { (names: [String], word: String) -> String? in
            names.isEmpty ? nil : "\(names.count) \(word) (\(names.joined(separator: ", ")))"
        }
        let parts = [
            part(applied.filter(\.isNew).map(\.service.name), "created"),
            part(applied.filter { !$0.isNew }.map(\.service.name), "updated"),
            unchanged.isEmpty ? nil : "\(unchanged.count) unchanged", part(removed, "removed"),
        ].compactMap(\.self)
        return parts.isEmpty ? "no services" : parts.joined(separator: ", ")
    }
}

/// How the containers of a service differ from its description.
struct ServiceDifference: Equatable, Sendable {
    private(set) var fields: [AppChange.Field] = []
    /// Whether containers have to be replaced.
    private(set) var isReplaced = false
    /// Whether only a build can show if containers have to be replaced.
    private(set) var dependsOnBuild = false
    /// Whether a container is missing, down or not wanted.
    private(set) var isIncomplete = false

    var isEmpty: Bool { fields.isEmpty && !isReplaced && !isIncomplete }

    /// - Parameters:
    ///   - containers: Those of the service.
    ///   - app: The dploy app that should manage them.
    init(of containers: [Container], from service: ComposeService, release: ComposeRelease?, app: String) {
        isIncomplete = containers.isEmpty && service.replicas > 0
        guard !containers.isEmpty else { return }
        let known = release?.service(service.name)
        let fingerprint = service.fingerprint
        if let other = containers.first(where: { $0.fingerprint != fingerprint || $0.app != app }) {
            isReplaced = true
            // The stored service describes the containers only if it has their fingerprint.
            if let known, known.fingerprint == other.fingerprint {
                fields = FieldChanges.between(known, and: service)
            }
        }
        if let hash = release?.hashes[service.name], !isReplaced, known?.fingerprint == fingerprint,
            let other = containers.first(where: { $0.configHash != hash })
        {
            isReplaced = true
            note("/x-config-hash", other.configHash.map { String($0.prefix(12)) }, String(hash.prefix(12)))
        }
        if service.isBuilt, !isReplaced, known?.sources != service.sources {
            dependsOnBuild = true
            note(
                "/build/context", known?.sources.map { String($0.prefix(12)) },
                service.sources.map { String($0.prefix(12)) })
        }
        if containers.count != service.replicas, !isReplaced {
            note("/deploy/replicas", "\(containers.count)", "\(service.replicas)")
            isIncomplete = true
        }
        if let stopped = containers.first(where: { $0.isDown }), !isReplaced {
            note("/state", stopped.stateWords, "running")
            isIncomplete = true
        }
    }

    private mutating func note(_ path: String, _ before: String?, _ after: String?) {
        let quoted = { (text: String?) in text.map { JSONValue.string($0).canonical } }
        fields.append(AppChange.Field(path: path, before: quoted(before), after: quoted(after)))
    }
}

extension Container {
    /// "stopped (exit status 137)"
    fileprivate var stateWords: String {
        state.status == "exited" ? "stopped (exit status \(state.exitCode))" : state.status
    }

    /// Whether it is not running although it should be: a job that has completed need not run.
    var isDown: Bool {
        switch state.status {
        case "running", "restarting": false
        case "exited": !(state.exitCode == 0 && restartPolicy.acceptsSuccess)
        default: true
        }
    }
}
