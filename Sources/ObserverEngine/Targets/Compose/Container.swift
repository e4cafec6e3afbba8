import Foundation

/// A container of a service, as `inspect` describes it.
/// Source: https://docs.docker.com/reference/api/engine/, ContainerInspect; Podman answers with the same names
struct Container: Equatable, Sendable {
    let id: String
    let name: String
    /// The ID of its image.
    let image: String
    /// The name by which its image was chosen.
    let imageName: String?
    let labels: [String: String]
    let createdAt: Date?
    let state: State
    let restartCount: Int
    let restartPolicy: RestartPolicy
    /// Empty for one in the network of the host, and for one that is not running.
    let published: [PublishedPort]
    /// Whether it has the network of the host, where its ports are not known.
    let usesHostNetwork: Bool
    /// The IDs or names of containers whose network or other resources it uses: Podman does not remove them before it.
    let usedContainers: Set<String>

    struct State: Equatable, Sendable {
        /// `running`, `exited`, `restarting`, `created`, `paused`, `dead`
        var status: String
        var exitCode: Int
        var startedAt: String
        /// nil without a health check.
        var health: Health?
        var isOutOfMemory = false
        /// Why it could not be started.
        var error: String?
        /// The last line that its last health check printed.
        var healthOutput: String?

        /// How it ended: "exited with status 3"
        var end: String { isOutOfMemory ? "out of memory" : "exited with status \(exitCode)" }
    }

    enum Health: String, Sendable {
        case starting, healthy, unhealthy
    }

    struct RestartPolicy: Equatable, Sendable {
        var name: String
        var limit: Int

        /// Whether a container that exits without an error stays as it is.
        var acceptsSuccess: Bool { ["", "no", "on-failure"].contains(name) }
        /// Whether a container that fails stays as it is.
        func acceptsFailure(after restarts: Int) -> Bool {
            ["", "no"].contains(name) || name == "on-failure" && limit > 0 && restarts >= limit
        }
    }

    var service: String? { labels[ComposeLabel.service] }
    var project: String? { labels[ComposeLabel.project] }
    /// That of the compose file from which it was created.
    var directory: String? { labels[ComposeLabel.directory] }
    var isOneOff: Bool { labels[ComposeLabel.oneOff]?.lowercased() == "true" }
    /// The dploy app that manages it; nil if none does.
    var app: String? { labels[DployLabel.app] }
    var fingerprint: String? { labels[DployLabel.spec] }
    var commit: String? { labels[DployLabel.commit] }
    /// The ports of the host, once each.
    var ports: [Int] { Set(published.flatMap(\.numbers)).sorted() }
    /// Whether it is up, so that it has its ports.
    var isUp: Bool { ["running", "restarting", "paused"].contains(state.status) }
    var configHash: String? { ComposeLabel.hashes.lazy.compactMap { labels[$0] }.first }
}

extension Container {
    /// nil for an answer that is not a description of a container.
    init?(_ answer: JSONValue) {
        guard let id = answer["Id"]?.string, let name = answer["Name"]?.string, let image = answer["Image"]?.string,
            let state = answer["State"], let status = state["Status"]?.string
        else { return nil }
        self.id = id
        self.name = name.hasPrefix("/") ? String(name.dropFirst()) : name
        self.image = image
        imageName = answer["Config"]?["Image"]?.string
        labels = (answer["Config"]?["Labels"]?.object ?? [:]).compactMapValues(\.string)
        createdAt = answer["Created"]?.string.flatMap { Date(rfc3339: $0.withMilliseconds) }
        // The second name is that of Podman before version 5.
        let health = state["Health"] ?? state["Healthcheck"]
        // Podman has another name for a container whose end it has not processed yet.
        let condition = status.lowercased() == "stopped" ? "exited" : status.lowercased()
        self.state = State(
            status: condition, exitCode: state["ExitCode"]?.wholeNumber ?? 0,
            startedAt: state["StartedAt"]?.string ?? "",
            health: health?["Status"]?.string.flatMap { Health(rawValue: $0.lowercased()) },
            isOutOfMemory: state["OOMKilled"] == .bool(true),
            error: state["Error"]?.string.flatMap { $0.isEmpty ? nil : $0 },
            healthOutput: health?["Log"]?.array?.last?["Output"]?.string?.lastShownLine)
        restartCount = answer["RestartCount"]?.wholeNumber ?? 0
        let policy = answer["HostConfig"]?["RestartPolicy"]
        restartPolicy = RestartPolicy(
            name: policy?["Name"]?.string ?? "", limit: policy?["MaximumRetryCount"]?.wholeNumber ?? 0)
        published = (answer["NetworkSettings"]?["Ports"]?.object ?? [:]).sorted { $0.key < $1.key }
            .flatMap { name, bindings -> [PublishedPort] in
                (bindings.array ?? []).compactMap { binding -> PublishedPort? in
                    guard let port = binding["HostPort"]?.string.flatMap(Int.init) else { return nil }
                    return PublishedPort(
                        port...port, transport: name.split(separator: "/").dropFirst().first.map(String.init),
                        address: binding["HostIp"]?.string)
                }
            }
        let host = answer["HostConfig"]
        let modes = ["NetworkMode", "IpcMode", "PidMode"].compactMap { host?[$0]?.string }
        usesHostNetwork = host?["NetworkMode"]?.string == "host"
        // Podman also lists those that have to be started before.
        let listed = (host?["VolumesFrom"]?.array ?? []) + (answer["Dependencies"]?.array ?? [])
        let shared = modes.filter { $0.hasPrefix("container:") }.map { String($0.dropFirst("container:".count)) }
        let others = listed.compactMap(\.string).map { String($0.prefix { $0 != ":" }) }
        usedContainers = Set(shared + others)
    }
}

extension [Container] {
    /// Each before those that it uses.
    var dependentsFirst: [Container] {
        var ordered: [Container] = []
        var left = self
        while !left.isEmpty {
            let free = left.filter { container in !left.contains { $0.id != container.id && $0.uses(container) } }
            // An engine that reports a cycle decides itself.
            guard !free.isEmpty else { return ordered + left }
            ordered += free
            let done = Set(free.map(\.id))
            left.removeAll { done.contains($0.id) }
        }
        return ordered
    }
}

extension Container {
    fileprivate func uses(_ other: Container) -> Bool {
        usedContainers.contains(other.id) || usedContainers.contains(other.name)
    }
}

extension String {
    /// The last line with text, cut to a length that can be quoted.
    fileprivate var lastShownLine: String? {
        var splitter = LineSplitter()
        let lines = splitter.consume(utf8) + [splitter.finish()].compactMap(\.self)
        let line = lines.map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
        return line?.printable.beginning(ofBytes: 200)
    }

    /// A time without more digits of a second than a date can have: `2026-01-02T03:04:05.123Z`.
    fileprivate var withMilliseconds: String { replacing(#/(\.\d{3})\d+/#) { $0.1 } }
}
