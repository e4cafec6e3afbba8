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
    /// Published ports of the host.
    let ports: [Int]

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
    var isOneOff: Bool { labels[ComposeLabel.oneOff]?.lowercased() == "true" }
    /// The dploy app that manages it; nil if none does.
    var app: String? { labels[DployLabel.app] }
    var fingerprint: String? { labels[DployLabel.spec] }
    var commit: String? { labels[DployLabel.commit] }
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
        let bindings = (answer["NetworkSettings"]?["Ports"]?.object ?? [:]).values.flatMap { $0.array ?? [] }
        ports = Set(bindings.compactMap { $0["HostPort"]?.string.flatMap(Int.init) }).sorted()
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
