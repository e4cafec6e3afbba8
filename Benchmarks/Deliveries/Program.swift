import Foundation
import Glibc

/// A program under measurement, in a directory of its own.
final class Program {
    let process = Process()
    let directory: String
    let port: UInt16
    private let started = ContinuousClock.now

    var use: ProcessUse { ProcessUse(process.processIdentifier) }

    /// Starts the program and waits until it responds.
    init(
        _ path: String, _ arguments: [String], environment: [String: String], directory: String, port: UInt16,
        probe: String
    ) throws {
        self.directory = directory
        self.port = port
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let output = directory + "/output"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        (process.standardOutput, process.standardError) = (handle, handle)
        try process.run()
        let deadline = ContinuousClock.now + .seconds(120)
        while (try? Connection(.port(port)).get(probe)) == nil {
            guard process.isRunning, .now < deadline else { throw Unavailable(path: path, output: output) }
            usleep(500)
        }
    }

    /// Waits until the observer has returned the memory that only its start needed.
    func settle() {
        let rest = started + .seconds(12) - .now
        if rest > .zero { Thread.sleep(forTimeInterval: rest.inSeconds) }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    struct Unavailable: Error {
        let path: String
        let output: String
    }

    /// An empty temporary directory.
    static func makeDirectory() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/observer-benchmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// A port that is free at this moment.
    static func freePort() throws -> UInt16 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) + getsockname(socket, $0, &size)
            }
        }
        guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// The observer that is measured: the program next to this one, without GitHub, so that it only accepts deliveries.
enum Observed {
    static let secret = "benchmark-secret"
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/observer"

    static func environment(_ directory: String, port: UInt16) -> [String: String] {
        [
            "DPLOY_OBSERVER_GITHUB_OWNER": Push.owner, "DPLOY_OBSERVER_GITHUB_REPO": Push.repository,
            "DPLOY_OBSERVER_GITHUB_PAT": "4benchmarkbenchmarkbenchmarkbenchmarkbc",
            "DPLOY_OBSERVER_WEBHOOK_SECRET": secret, "DPLOY_OBSERVER_STATE": directory,
            "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_PUBLIC_NODE": "127.0.0.1",
            // Nothing listens there.
            "DPLOY_OBSERVER_GITHUB_API": "http://127.0.0.1:9", "DPLOY_OBSERVER_MESOS_DNS": "http://127.0.0.1:9",
            "DPLOY_MARATHON_URL": "http://127.0.0.1:9", "DPLOY_OBSERVER_DELAY_REGISTRATION": "0",
            "DPLOY_OBSERVER_POLL": "0", "DPLOY_OBSERVER_REVIEW": "0", "DPLOY_LOGLEVEL": "info",
        ]
    }

    static func start(in directory: String? = nil, keep: String = "365d,100000MiB") throws -> Program {
        let directory = try directory ?? Program.makeDirectory()
        let port = try Program.freePort()
        var environment = environment(directory, port: port)
        environment["DPLOY_OBSERVER_KEEP"] = keep
        return try Program(
            path, ["-plain"], environment: environment, directory: directory, port: port, probe: "/healthz")
    }

    static func withRunning<Value>(
        in directory: String? = nil, keep: String = "365d,100000MiB", _ body: (Program) throws -> Value
    ) throws -> Value {
        let program = try start(in: directory, keep: keep)
        defer {
            program.stop()
            if directory == nil { try? FileManager.default.removeItem(atPath: program.directory) }
        }
        return try body(program)
    }
}

/// Debian's `webhook`, with a hook that checks the signature and stores nothing.
enum Peer {
    static let path = "/usr/bin/webhook"

    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    static func start() throws -> Program {
        let directory = try Program.makeDirectory()
        let port = try Program.freePort()
        let hooks = """
            [{"id": "dploy", "execute-command": "/bin/true", "trigger-rule": {"and": [
                {"match": {"type": "payload-hmac-sha256", "secret": "\(Observed.secret)",
                    "parameter": {"source": "header", "name": "X-Hub-Signature-256"}}},
                {"match": {"type": "value", "value": "refs/heads/dcos",
                    "parameter": {"source": "payload", "name": "ref"}}}]}}]
            """
        try Data(hooks.utf8).write(to: URL(fileURLWithPath: directory + "/hooks.json"))
        return try Program(
            path, ["-ip", "127.0.0.1", "-port", "\(port)", "-hooks", "hooks.json"], environment: [:],
            directory: directory, port: port, probe: "/")
    }
}
