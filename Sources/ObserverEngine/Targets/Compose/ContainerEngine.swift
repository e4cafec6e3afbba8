import Foundation

/// The client of a container engine, `docker` or `podman`: reads the containers of a project, their output and events.
/// Running its command works with every context, socket and host that its user has set up.
struct ContainerEngine: Sendable {
    /// Of the answer to one question, in bytes.
    private static let outputLimit = 16 * 1024 * 1024

    let tools: ComposeTools
    let environment: [String: String]
    let directory: String

    /// Every container of the services of a project, except those of `compose run`.
    /// - Throws: `ComposeFailure`, `CancellationError`
    func containers(of project: String, until deadline: ContinuousClock.Instant) async throws -> [Container] {
        try await containers(withLabel: "\(ComposeLabel.project)=\(project)", until: deadline)
    }

    /// Every container that an observer manages in any project.
    /// - Parameter known: Containers that are not needed.
    /// - Throws: `ComposeFailure`, `CancellationError`
    func managedContainers(
        besides known: [Container], until deadline: ContinuousClock.Instant
    ) async throws -> [Container] {
        try await containers(withLabel: DployLabel.app, besides: Set(known.map(\.id)), until: deadline)
    }

    /// The ID of an image on this machine; nil if there is none.
    func imageID(of name: String, until deadline: ContinuousClock.Instant) async throws -> String? {
        let output = try await run(["image", "inspect", "--format", "{{.Id}}", name], until: deadline)
        if output.ending.isSuccess {
            let id = output.standardOutput.text.trimmingCharacters(in: .whitespacesAndNewlines)
            return id.isEmpty ? nil : id
        }
        if let complaint = output.complaint, EngineComplaint(in: complaint) != nil {
            throw ComposeFailure.engineUnavailable(reason: complaint)
        }
        return nil
    }

    /// Gives an image a name.
    /// - Returns: Whether the image still exists.
    func tag(_ image: String, as name: String, until deadline: ContinuousClock.Instant) async throws -> Bool {
        try await run(["tag", image, name], until: deadline).ending.isSuccess
    }

    /// Lets paused containers continue; those that are gone or running already do not matter.
    func unpause(_ containers: [Container], until deadline: ContinuousClock.Instant) async throws {
        guard !containers.isEmpty else { return }
        _ = try await run(["unpause"] + containers.map(\.id), until: deadline)
    }

    /// Starts containers that were stopped; those that are running already do not matter.
    func start(_ containers: [Container], until deadline: ContinuousClock.Instant) async throws {
        guard !containers.isEmpty else { return }
        _ = try await answer(to: ["start"] + containers.map(\.id), until: deadline)
    }

    /// Stops containers; those that are gone or stopped already do not matter.
    func stop(_ containers: [Container], until deadline: ContinuousClock.Instant) async throws {
        guard !containers.isEmpty else { return }
        _ = try await run(["stop"] + containers.map(\.id), until: deadline)
    }

    /// Stops and removes containers; those that are gone already do not matter.
    func remove(_ containers: [Container], until deadline: ContinuousClock.Instant) async throws {
        let containers = containers.dependentsFirst
        try await stop(containers, until: deadline)
        // One call for each: Podman removes several at a time, in any order.
        for container in containers {
            let output = try await run(["rm", "--force", container.id], until: deadline)
            let isGone = output.complaint?.lowercased().contains("no such container") ?? false
            if !output.ending.isSuccess, !isGone { throw failure(of: "rm \(container.name)", output) }
        }
    }

    /// The end of the output of a container, both streams.
    func lastLines(of container: String, limit: Int, until deadline: ContinuousClock.Instant) async throws -> [String] {
        let output = try await run(["logs", "--tail", "\(limit)", container], until: deadline)
        var splitter = LineSplitter()
        let lines = splitter.consume(output.standardOutput) + [splitter.finish()].compactMap(\.self)
        var errors = LineSplitter()
        return (lines + errors.consume(output.standardError) + [errors.finish()].compactMap(\.self))
            .filter { !$0.isEmpty }.suffix(limit)
    }

    /// Follows the output of a container, both streams, until it stops.
    /// - Throws: `ChildProcess.NotStarted`, `CancellationError`
    func follow(_ container: String, from start: OutputStart, _ write: ([String]) async -> Void) async throws {
        let options =
            switch start {
            case .beginning: [String]()
            case .last(let lines): ["--tail", "\(lines)"]
            case .since(let date): ["--since", date.rfc3339Milliseconds]
            }
        _ = try await command(["logs", "--follow"] + options + [container]).run { lines in
            let printed = lines.filter { !Self.isOwnError($0, about: container) }
            if !printed.isEmpty { await write(printed) }
        }
    }

    /// Whether the engine reports with this line that it can't read the output, because the container was removed since it was
    /// listed. The line comes in the same stream as those that the container printed.
    static func isOwnError(_ line: String, about container: String) -> Bool {
        line.hasPrefix("Error") && (line.contains(container) || line.hasSuffix("dead or marked for removal"))
    }

    /// Calls back at each event of a container of the project, until the connection ends.
    func listen(
        to project: String, didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void
    ) async throws {
        // Health checks cause events all the time.
        let names =
            tools.isPodman
            ? ["start", "died", "stop", "remove", "create", "pause", "unpause", "health_status"]
            : ["start", "die", "stop", "destroy", "create", "pause", "unpause", "health_status", "oom"]
        let filters = ["label=\(ComposeLabel.project)=\(project)", "type=container"] + names.map { "event=\($0)" }
        let arguments = ["events", "--format", "{{.Type}}"] + filters.flatMap { ["--filter", $0] }
        didConnect()
        let ending = try await command(arguments).run { lines in
            if !lines.isEmpty { didChange() }
        }
        throw ComposeFailure.engineUnavailable(reason: "\(name("events")) \(ending)")
    }

    // MARK: - Volumes

    struct Volume: Equatable, Sendable {
        let name: String
        let labels: [String: String]
    }

    func volumes(withLabel label: String, until deadline: ContinuousClock.Instant) async throws -> [Volume] {
        let list = ["volume", "ls", "--quiet", "--filter", "label=\(label)"]
        let names = try await answer(to: list, until: deadline).split(whereSeparator: \.isWhitespace).map(String.init)
        guard !names.isEmpty else { return [] }
        let text = try await answer(to: ["volume", "inspect"] + names, until: deadline)
        guard let found = try? JSONDecoder().decode([JSONValue].self, from: Data(text.utf8)) else {
            throw ComposeFailure.unexpectedAnswer(to: name("volume inspect"))
        }
        return found.compactMap { volume in
            volume["Name"]?.string.map { name in
                Volume(name: name, labels: (volume["Labels"]?.object ?? [:]).compactMapValues(\.string))
            }
        }
    }

    func createVolume(
        _ name: String, labels: [String: String], until deadline: ContinuousClock.Instant
    ) async throws {
        let options = labels.sorted { $0.key < $1.key }.flatMap { ["--label", "\($0.key)=\($0.value)"] }
        _ = try await answer(to: ["volume", "create"] + options + [name], until: deadline)
    }

    func removeVolumes(_ names: [String], until deadline: ContinuousClock.Instant) async throws {
        guard !names.isEmpty else { return }
        _ = try await answer(to: ["volume", "rm"] + names, until: deadline)
    }

    // MARK: - The engine

    /// The version of the engine itself.
    func version(until deadline: ContinuousClock.Instant) async throws -> String {
        let format = tools.isPodman ? "{{.Client.Version}}" : "{{.Server.Version}}"
        return try await answer(to: ["version", "--format", format], until: deadline)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Where the engine stores images.
    func storageDirectory(until deadline: ContinuousClock.Instant) async throws -> String? {
        let format = tools.isPodman ? "{{.Store.GraphRoot}}" : "{{.DockerRootDir}}"
        let path = try await answer(to: ["info", "--format", format], until: deadline)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return path.hasPrefix("/") ? path : nil
    }

    // MARK: - Questions

    /// - Parameter label: Its name, or its name and value.
    private func containers(
        withLabel label: String, besides known: Set<String> = [], until deadline: ContinuousClock.Instant
    ) async throws -> [Container] {
        let list = ["ps", "--all", "--quiet", "--no-trunc", "--filter", "label=\(label)"]
        // A container may disappear between the two questions.
        for _ in 1...3 {
            let ids = try await answer(to: list, until: deadline).split(whereSeparator: \.isWhitespace)
                .map(String.init).filter { !known.contains($0) }
            if ids.isEmpty { return [] }
            if let found = try await inspect(ids, until: deadline) {
                return found.filter { $0.service != nil && !$0.isOneOff }.sorted { $0.name < $1.name }
            }
        }
        throw ComposeFailure.unexpectedAnswer(to: name("inspect"))
    }

    /// nil if one of them does not exist any more.
    private func inspect(_ ids: [String], until deadline: ContinuousClock.Instant) async throws -> [Container]? {
        let output = try await run(["inspect", "--type", "container"] + ids, until: deadline)
        guard output.ending.isSuccess else {
            let complaint = output.complaint ?? "\(output.ending)"
            if EngineComplaint(in: complaint) == nil { return nil }
            throw ComposeFailure.engineUnavailable(reason: complaint)
        }
        let answer = try? JSONDecoder().decode([JSONValue].self, from: Data(output.standardOutput))
        guard let containers = answer?.map(Container.init), containers.allSatisfy({ $0 != nil }) else {
            throw ComposeFailure.unexpectedAnswer(to: name("inspect"))
        }
        return containers.compactMap(\.self)
    }

    private func answer(to arguments: [String], until deadline: ContinuousClock.Instant) async throws -> String {
        let output = try await run(arguments, until: deadline)
        guard output.ending.isSuccess else { throw failure(of: arguments[0], output) }
        return output.standardOutput.text
    }

    /// An engine that answers with an error is available.
    private func failure(of command: String, _ output: ChildProcess.Output) -> ComposeFailure {
        let reason = output.complaint ?? "\(output.ending)"
        return switch EngineComplaint(in: reason) {
        case .engine, .permission: .engineUnavailable(reason: reason)
        case .disk, .registry, nil: .refused(command: name(command), reason: reason)
        }
    }

    private func run(
        _ arguments: [String], until deadline: ContinuousClock.Instant
    ) async throws -> ChildProcess.Output {
        let command = command(arguments)
        do {
            return try await withTimeout(max(.milliseconds(1), deadline - .now)) {
                try await command.collect(limit: Self.outputLimit)
            }
        } catch let error as ChildProcess.NotStarted {
            throw ComposeFailure.engineUnavailable(reason: "\(name("")) can't be started: \(error)")
        } catch is TimedOut {
            throw ComposeFailure.engineUnavailable(reason: "\(name(arguments[0])) timed out")
        }
    }

    private func command(_ arguments: [String]) -> ChildProcess {
        ChildProcess(
            tools.engine[0], tools.engine.dropFirst() + arguments, environment: environment, directory: directory)
    }

    private func name(_ verb: String) -> String {
        (tools.engine + [verb]).filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// The labels that Compose gives to containers, which all of its versions and podman-compose share.
enum ComposeLabel {
    static let project = "com.docker.compose.project"
    /// The directory of the compose file.
    static let directory = "com.docker.compose.project.working_dir"
    static let service = "com.docker.compose.service"
    static let oneOff = "com.docker.compose.oneoff"
    /// Compose recreates a container whose hash differs from that of its service; podman-compose has a label of its own.
    static let hashes = ["com.docker.compose.config-hash", "io.podman.compose.config-hash"]
}
