package import Foundation
import Glibc

/// The state of a simulated container engine: a file, because each call of the simulated commands is a process.
package struct DoubleWorld: Sendable {
    /// The variable that leads the simulated commands to their world.
    package static let variable = "COMPOSE_DOUBLE"

    package struct Container: Codable, Sendable {
        package var id: String
        package var name: String
        package var project: String
        package var service: String
        package var image: String
        package var imageName: String
        package var labels: [String: String]
        package var createdAt: Date
        /// nil for one that was created and not started.
        package var startedAt: Date?
        /// Set when someone stops it.
        package var stoppedAt: Date?
        /// Whether someone has paused it.
        package var isPaused = false
        package var behaviour: String
        package var hasHealthCheck: Bool
        package var restartPolicy: String
        package var output: [Line]
        /// The ports of the host that it has while it is running.
        package var ports: [Int] = []
        package var networkMode = "bridge"

        package var commit: String? { labels["DPLOY_COMMIT"] }

        /// A line that a container has printed.
        package struct Line: Codable, Sendable {
            package var text: String
            package var at = Date()
        }

        package mutating func print(_ text: String) {
            output.append(Line(text: text))
        }
    }

    package struct State: Codable, Sendable {
        package var containers: [Container] = []
        /// The IDs of the images on this machine by name.
        package var images: [String: String] = [:]
        /// Every container that was created: `web-1 0123abc`.
        package var created: [String] = []
        /// The labels of volumes by name.
        package var volumes: [String: [String: String]] = [:]
        package var next = 1

        package mutating func makeID() -> String {
            next += 1
            return String(format: "%012x", next) + String(repeating: "0", count: 52)
        }

        /// - Throws: `DoubleFailure` if another container has one of its ports.
        mutating func start(_ id: String) throws {
            guard let index = containers.firstIndex(where: { $0.id == id }) else {
                throw DoubleFailure(message: "Error response from daemon: No such container: \(id)")
            }
            let others = containers.filter { $0.id != id && DoubleState(of: $0, at: Date()).isUp }
            if let port = others.flatMap(\.ports).first(where: containers[index].ports.contains) {
                throw DoubleFailure(
                    message:
                        "Error response from daemon: driver failed programming external connectivity on endpoint \(containers[index].name): Bind for 0.0.0.0:\(port) failed: port is already allocated"
                )
            }
            containers[index].startedAt = Date()
            containers[index].stoppedAt = nil
        }
    }

    package let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    /// The simulated command, which the package manager builds next to the test bundle.
    package static var program: String {
        let bundle = URL(
            filePath: CommandLine.arguments[0],
            relativeTo: URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory))
        return bundle.absoluteURL.deletingLastPathComponent().appending(path: "compose-double").path(
            percentEncoded: false)
    }

    /// Makes the commands available in a directory for `PATH`.
    package static func make(in directory: String) throws -> DoubleWorld {
        try FileManager.default.createDirectory(atPath: directory + "/bin", withIntermediateDirectories: true)
        for name in ["docker", "docker-compose", "podman", "podman-compose"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/bin/\(name)", withDestinationPath: program)
        }
        return DoubleWorld(directory: directory)
    }

    /// The variables of a program that uses the simulated commands.
    package var environment: [String: String] {
        ["PATH": "\(directory)/bin:/usr/bin:/bin", Self.variable: directory]
    }

    // MARK: - State

    package var state: State {
        get throws {
            guard let data = FileManager.default.contents(atPath: file) else { return State() }
            return try JSONDecoder().decode(State.self, from: data)
        }
    }

    /// The containers of a service.
    package func containers(of service: String) throws -> [Container] {
        try state.containers.filter { $0.service == service }
    }

    /// Changes the state; no other process does at the same time.
    package func change<Value>(_ body: (inout State) throws -> Value) throws -> Value {
        let lock = open(directory + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        defer { close(lock) }
        flock(lock, LOCK_EX)
        var state = try state
        let value = try body(&state)
        try JSONEncoder().encode(state).write(to: URL(filePath: file), options: .atomic)
        return value
    }

    private var file: String { directory + "/state.json" }

    // MARK: - Faults

    /// A way in which the engine or Compose fails, until it is nil again.
    package enum Fault: String, Sendable {
        case daemonDown = "daemon-down"
        case permission
        case diskFull = "disk-full"
        /// The registry refuses access.
        case pullRefused = "pull-refused"
        /// The registry can't be reached.
        case registryDown = "registry-down"
        /// `pull` reports success without an image, as docker-compose 1 does with Podman.
        case pullsNothing = "pulls-nothing"
        /// `up` never ends, and ignores SIGTERM.
        case hang
        /// `up` fails after its first service.
        case half
        /// `up` stops in the middle until there is another fault or none.
        case held
        /// Each step of `up` takes a while.
        case slow
        /// Each answer takes a second, as on a busy host.
        case late
        /// The engine accepts questions and never answers.
        case silent
        /// `config` fails as an old Compose does on a new field.
        case oldClient = "old-client"
    }

    package var fault: Fault? {
        FileManager.default.contents(atPath: directory + "/fault").flatMap {
            Fault(rawValue: String(decoding: $0, as: UTF8.self))
        }
    }

    package func set(_ fault: Fault?) throws {
        try Data((fault?.rawValue ?? "").utf8).write(to: URL(filePath: directory + "/fault"), options: .atomic)
    }

    // MARK: - Calls

    /// The calls that change something, in order: `up -d --no-build`.
    package var calls: [String] { lines(of: "calls") }

    /// The processes that have followed the output of a container.
    package var followers: [pid_t] { lines(of: "followers").compactMap { pid_t($0) } }

    /// Calls that began while another one was running.
    package var overlaps: [String] { lines(of: "overlaps") }

    private func lines(of name: String) -> [String] {
        let data = FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func append(_ line: String, to name: String) {
        let descriptor = open("\(directory)/\(name)", O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        _ = write(descriptor, bytes, bytes.count)
    }

    /// Records a call that changes something, and whether another one is running. The lock ends with the process.
    func beginCall(_ line: String) {
        append(line, to: "calls")
        let lock = open(directory + "/calls.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        if flock(lock, LOCK_EX | LOCK_NB) != 0 { append(line, to: "overlaps") }
    }
}
