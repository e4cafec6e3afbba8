/// Brings the tree of the last success up again, and waits until its services are healthy.
struct ComposeRollback: Sendable {
    let plan: ComposePlan
    let result: ComposeWork.Result
    let watch: ComposeWatch
    let recorder: DeploymentRecorder
    let timeout: Duration

    private var project: ComposeProject { plan.project }
    private var directory: ComposeDirectory { project.directory }

    /// - Throws: `CancellationError`, store errors.
    func run() async throws -> RestoreOutcome {
        let deadline = ContinuousClock.now + timeout
        do {
            let created = try await existing(plan.decision.applied.filter(\.isNew).map(\.service.name), until: deadline)
            guard let release = plan.release, let commit = CommitID(release.commit) else {
                return try await recorder.changingTarget { try await removeAll(created, until: deadline) }
            }
            let isElsewhere = release.project != project.name
            let names = Set(plan.services.map(\.name))
            guard !isElsewhere || !plan.containers.contains(where: { names.contains($0.service ?? "") }) else {
                try await recorder.changingTarget { try await bringBackStopped(insteadOf: created, until: deadline) }
                return .unsupported(
                    reason: "the last success is in the project \(release.project), "
                        + "and services of the project \(project.name) existed before.")
            }
            await recorder.log.write("rollback", "restoring \(commit.short)", level: .warning)
            let new = isElsewhere ? created : created.filter { release.service($0) == nil }
            let before = try await recorder.changingTarget {
                try await bringUp(release, commit, without: new, until: deadline)
            }
            var watch = watch
            watch.project = release.project
            _ = try await watch.wait(for: release.services, before: before, until: deadline)
            return try await restored(isElsewhere ? [] : release.services, removed: new)
        } catch let failure as ComposeFailure {
            return .failed(reason: "\(failure) Check the containers of the project \(project.name).")
        }
    }

    /// - Parameter new: The services that only the failed deployment has.
    /// - Returns: The containers before.
    private func bringUp(
        _ release: ComposeRelease, _ commit: CommitID, without new: [String], until deadline: ContinuousClock.Instant
    ) async throws -> [Container] {
        try await restoreImages(of: release, until: deadline)
        try await ComposeFailure.onDisk(.restore) { [directory] in
            try directory.write(labels: release.labels, version: release.version)
            try directory.enter(commit)
        }
        let before = try await project.engine.containers(of: release.project, until: deadline)
        try await project.engine.unpause(before.filter { $0.state.status == "paused" }, until: deadline)
        // They may have ports of the previous version. Containers that use them are replaced before they are removed.
        let failed = try await containers(of: new, until: deadline)
        try await project.engine.stop(failed, until: deadline)
        try await program(for: release).run(
            .start, ["-d"], in: directory.live, labels: directory.labels, log: recorder.log, until: deadline)
        try await remove(new, until: deadline)
        // Compose starts those of its services by itself.
        try await project.engine.start(
            result.stopped.filter { release.project != project.name || release.service($0.service ?? "") == nil },
            until: deadline)
        return before
    }

    /// Gives the images back the names that a build or pull may have given to newer ones.
    private func restoreImages(of release: ComposeRelease, until deadline: ContinuousClock.Instant) async throws {
        for (service, image) in release.images.sorted(by: { $0.key < $1.key }) {
            let current = try await project.engine.imageID(of: image.name, until: deadline)
            guard !(current?.isSameImage(as: image.id) ?? false) else { continue }
            if try await !project.engine.tag(image.id, as: image.name, until: deadline) {
                await recorder.log.write(
                    "rollback", "\(service): its previous image is gone; Compose builds or pulls it again",
                    level: .warning)
            }
        }
    }

    private func program(for release: ComposeRelease) -> ComposeProgram {
        let current = project.program
        var environment = current.environment
        if let profiles = release.profiles { environment[ComposeProfiles.variable] = profiles }
        return ComposeProgram(
            tools: current.tools, project: release.project, files: release.files, environment: environment,
            directory: directory, timeout: timeout)
    }

    /// - Parameter services: Those that were brought up.
    private func restored(_ services: [ComposeService], removed: [String]) async throws -> RestoreOutcome {
        // A deployment that was interrupted may have changed others, so that this one did not.
        let names = Set(result.changed.map(\.name))
        let fingerprints = Dictionary(plan.services.map { ($0.name, $0.fingerprint) }) { first, _ in first }
        let previous = services.filter {
            names.contains($0.name) || fingerprints[$0.name] != $0.fingerprint
        }
        try await recorder.record(
            restored: previous.map { .init(name: $0.name, done: $0.replicas, of: $0.replicas) }, removed: removed)
        if !previous.isEmpty {
            await recorder.log.write("restored", previous.map(\.name).joined(separator: ", "), level: .warning)
        }
        return .restored(previous: previous.map(\.name), removed: removed)
    }

    /// The first deployment of a project has nothing to return to.
    private func removeAll(
        _ created: [String], until deadline: ContinuousClock.Instant
    ) async throws -> RestoreOutcome {
        guard plan.decision.applied.count(where: \.isNew) == plan.services.count else {
            try await bringBackStopped(insteadOf: created, until: deadline)
            return .unsupported(reason: "this disk has no earlier success to return to.")
        }
        try await remove(created, until: deadline)
        try await project.engine.start(result.stopped, until: deadline)
        try await recorder.record(restored: [], removed: created)
        return .restored(previous: [], removed: created)
    }

    /// Starts the services again that were stopped because a new one has their port.
    private func bringBackStopped(
        insteadOf created: [String], until deadline: ContinuousClock.Instant
    ) async throws {
        guard !result.stopped.isEmpty else { return }
        try await project.engine.stop(try await containers(of: created, until: deadline), until: deadline)
        try await project.engine.start(result.stopped, until: deadline)
    }

    /// Those of the services that have containers.
    private func existing(_ services: [String], until deadline: ContinuousClock.Instant) async throws -> [String] {
        let found = Set(try await containers(of: services, until: deadline).compactMap(\.service))
        return services.filter(found.contains)
    }

    private func remove(_ services: [String], until deadline: ContinuousClock.Instant) async throws {
        guard !services.isEmpty else { return }
        try await project.engine.remove(try await containers(of: services, until: deadline), until: deadline)
        await recorder.log.write("removed", services.joined(separator: ", "), level: .warning)
    }

    /// The containers of services that only the failed deployment has.
    private func containers(
        of services: [String], until deadline: ContinuousClock.Instant
    ) async throws -> [Container] {
        guard !services.isEmpty else { return [] }
        return try await project.engine.containers(of: project.name, until: deadline).filter {
            services.contains($0.service ?? "")
        }
    }
}
