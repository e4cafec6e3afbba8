/// Applies a plan: builds and pulls, then changes the services.
struct ComposeWork: Sendable {
    let plan: ComposePlan
    let recorder: DeploymentRecorder
    let deadline: ContinuousClock.Instant

    private var project: ComposeProject { plan.project }
    private var directory: ComposeDirectory { project.directory }
    private var commit: CommitID { plan.source.commit.id }

    /// The result of `apply`.
    struct Result: Sendable {
        /// The services whose containers were created or replaced.
        var changed: [ComposeService] = []
        /// The containers of removed services that were stopped, because others need their ports.
        var stopped: [Container] = []
        /// Why Compose could not start all services.
        var failure: ComposeFailure?
        /// The labels of each service.
        var labels: [String: [String: String]] = [:]
    }

    /// - Throws: `ComposeFailure` if nothing was changed, `CancellationError`, store errors.
    func apply() async throws -> Result {
        try await ComposeFailure.onDisk { [directory, plan, commit] in
            try directory.keep(plan.files, of: plan.source.root, as: commit)
            try plan.project.linkUntrackedFiles(into: directory.kept(commit))
        }
        try await prepareImages()
        var result = Result()
        // Their containers run another image or are replaced in any case.
        var renewed = Set(plan.source.isForced ? plan.services.map(\.name) : [])
        for change in plan.decision.applied where change.service.isBuilt && !change.isNew {
            if try await hasNewImage(change.service) { renewed.insert(change.service.name) }
        }
        for service in plan.services where service.alwaysPulls {
            if try await hasNewImage(service) { renewed.insert(service.name) }
        }
        let applied = plan.decision.applied.filter {
            !$0.dependsOnBuild || $0.isIncomplete || renewed.contains($0.service.name)
        }
        let changed = renewed.union(applied.filter { $0.isNew || $0.isReplaced }.map(\.service.name))
        result.changed = plan.services.filter { changed.contains($0.name) }
        result.labels = labels(renewed: renewed)
        do {
            try await ComposeFailure.onDisk { [directory, commit, project, labels = result.labels] in
                try directory.write(labels: labels, version: project.version)
                try directory.enter(commit)
            }
        } catch let failure as ComposeFailure where failure.callsForRestore {
            // No container has changed, but files that containers see have.
            (result.changed, result.failure) = ([], failure)
            return result
        }
        guard !applied.isEmpty || !renewed.isEmpty else { return result }
        do {
            try await unpause()
            let conflicts = plan.conflictsWithRemoved
            result.stopped = plan.containers.filter { container in
                conflicts.contains { $0.holder.id == container.id }
            }
            try await stop(result.stopped, because: conflicts)
            try await project.program.run(
                .start, ["-d", "--no-build"] + (plan.source.isForced ? ["--force-recreate"] : []),
                in: directory.live, labels: directory.labels, log: recorder.log, until: deadline)
        } catch let failure as ComposeFailure {
            // Some services may have changed, so that it has to be rolled back.
            result.failure = failure
        }
        return result
    }

    /// Builds and pulls the images of the services that change. If one fails, nothing has changed.
    private func prepareImages() async throws {
        let tree = directory.kept(commit)
        let applied = plan.decision.applied
        let built = applied.filter { $0.service.isBuilt && ($0.isNew || $0.isReplaced || $0.dependsOnBuild) }
        if !built.isEmpty {
            try await project.program.run(
                .build, built.map(\.service.name), in: tree, log: recorder.log, until: deadline)
        }
        var pulled = plan.services.filter { !$0.isBuilt && $0.alwaysPulls }
        pulled += try await withoutImage(applied.map(\.service).filter { !$0.isBuilt && !$0.alwaysPulls })
        guard !pulled.isEmpty else { return }
        let names = pulled.map(\.name).sorted()
        try await project.program.run(.pull, names, in: tree, log: recorder.log, until: deadline)
        // Some versions report success although the registry sent nothing; `up` would stop the containers first.
        let missing = try await withoutImage(pulled)
        guard missing.isEmpty else {
            throw ComposeFailure.notPulled(
                missing.map { ComposeFailure.NotPulled(service: $0.name, image: $0.image ?? "") })
        }
    }

    /// Those whose image is not on this machine.
    private func withoutImage(_ services: [ComposeService]) async throws -> [ComposeService] {
        var missing: [ComposeService] = []
        for service in services {
            guard let image = service.image else { continue }
            if try await project.engine.imageID(of: image, until: deadline) == nil { missing.append(service) }
        }
        return missing
    }

    /// Compose takes a paused container for one that runs, and can't replace it.
    private func unpause() async throws {
        let names = Set(plan.services.map(\.name))
        let paused = plan.containers.filter { $0.state.status == "paused" && names.contains($0.service ?? "") }
        try await project.engine.unpause(paused, until: deadline)
        if !paused.isEmpty { await recorder.log.write("unpaused", paused.map(\.name).joined(separator: ", ")) }
    }

    /// Stops containers of removed services whose ports others need. They are removed once all services are healthy.
    private func stop(_ containers: [Container], because conflicts: [PortConflict]) async throws {
        try await project.engine.unpause(containers.filter { $0.state.status == "paused" }, until: deadline)
        try await project.engine.stop(containers, until: deadline)
        for conflict in conflicts {
            await recorder.log.write(
                "stopped", "\(conflict.holder.name): \(conflict.service) needs port \(conflict.port)")
        }
    }

    /// Whether the image that a service has now differs from that of its containers.
    private func hasNewImage(_ service: ComposeService) async throws -> Bool {
        let own = plan.containers.filter { $0.service == service.name }
        for name in own.compactMap(\.imageName).prefix(1) + service.imageNames(in: project.name) {
            guard let id = try await project.engine.imageID(of: name, until: deadline) else { continue }
            return own.contains { !$0.image.isSameImage(as: id) }
        }
        return true
    }

    /// An unchanged service keeps the label with its commit; another label would replace its containers.
    private func labels(renewed: Set<String>) -> [String: [String: String]] {
        let pairs = plan.services.map { service -> (String, [String: String]) in
            let fingerprint = service.fingerprint
            var commit = commit.description
            if !renewed.contains(service.name) {
                let isKnown = plan.release?.service(service.name)?.fingerprint == fingerprint
                let running = plan.containers.first { $0.service == service.name && $0.fingerprint == fingerprint }
                let known = isKnown ? plan.release?.labels[service.name]?[DployLabel.commit] : nil
                commit = known ?? running?.commit ?? commit
            }
            let labels = [DployLabel.app: project.app, DployLabel.spec: fingerprint, DployLabel.commit: commit]
            return (service.name, labels)
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

extension String {
    /// Ids of images have a prefix with the kind of their digest, or none.
    func isSameImage(as other: String) -> Bool {
        let digits = { (id: String) in id.split(separator: ":").last.map(String.init) ?? id }
        return digits(self) == digits(other)
    }
}
