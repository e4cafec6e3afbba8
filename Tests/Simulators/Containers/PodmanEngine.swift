import Foundation
import Subprocess
import SystemPackage

/// A container engine for tests and the demo: Podman behind Docker's API, with a storage of its own and one tiny image.
/// It needs neither a registry nor systemd nor a running engine; it needs root.
package struct PodmanEngine: Sendable {
    /// The image, which contains busybox.
    package static let image = "localhost/tiny:1"
    /// The programs that it needs, by their Debian packages.
    package static let programs = [
        "podman": "podman", "runc": "runc", "buildah": "buildah", "docker-compose": "docker-compose",
    ]

    /// The variables that lead clients to it.
    package let environment: [String: String]
    private let directory: String

    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Why it can't run here; nil if it can.
    package static var obstacle: String? {
        guard geteuid() == 0 else { return "containers are started by root only" }
        let missing = programs.filter { find($0.key) == nil }.map(\.value).sorted()
        guard missing.isEmpty else { return "not installed: \(missing.joined(separator: ", "))" }
        return busybox == nil ? "not installed: busybox-static" : nil
    }

    private static var busybox: String? {
        ["/bin/busybox", "/usr/bin/busybox"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func find(_ program: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static var path: String { "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" }

    /// Runs the body with an engine, and removes its containers.
    package static func with<Result: Sendable>(
        _ body: @escaping @Sendable (PodmanEngine) async throws -> Result
    ) async throws -> Result {
        // The path of a socket is short.
        let directory = "/tmp/containers-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory + "/image", withIntermediateDirectories: true)
        let engine = try PodmanEngine(in: directory)
        try await engine.buildImage()
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(
                try await withThrowingTaskGroup(of: Result?.self) { group in
                    group.addTask { try await engine.serve() }
                    group.addTask { try await engine.checkHealth() }
                    group.addTask {
                        try await engine.waitForSocket()
                        return try await body(engine)
                    }
                    defer { group.cancelAll() }
                    while let value = try await group.next() {
                        if let value { return value }
                    }
                    throw CancellationError()
                })
        } catch {
            result = .failure(error)
        }
        _ = try? await engine.run("podman", "rm", "--all", "--force", "--time", "0")
        try? FileManager.default.removeItem(atPath: directory)
        return try result.get()
    }

    private init(in directory: String) throws {
        self.directory = directory
        environment = [
            "PATH": Self.path, "HOME": directory, "CONTAINERS_CONF": directory + "/containers.conf",
            "CONTAINERS_STORAGE_CONF": directory + "/storage.conf", "BUILDAH_ISOLATION": "chroot",
            "DOCKER_HOST": "unix://\(directory)/engine.sock",
        ]
        let storage = """
            [storage]
            driver = "vfs"
            runroot = "\(directory)/run"
            graphroot = "\(directory)/images"
            """
        // Without its own networks and limits, it runs in most containers and virtual machines.
        let containers = """
            [containers]
            netns = "host"
            ipcns = "host"
            utsns = "host"
            seccomp_profile = "unconfined"
            default_ulimits = []
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            runtime = "runc"
            """
        try Data(storage.utf8).write(to: URL(filePath: directory + "/storage.conf"))
        try Data(containers.utf8).write(to: URL(filePath: directory + "/containers.conf"))
    }

    private func buildImage() async throws {
        guard let busybox = Self.busybox else { throw Failure(description: "busybox is missing") }
        try FileManager.default.copyItem(atPath: busybox, toPath: directory + "/image/busybox")
        let recipe = "FROM scratch\nCOPY busybox /bin/busybox\nCOPY busybox /bin/sh\n"
        try Data(recipe.utf8).write(to: URL(filePath: directory + "/image/Dockerfile"))
        try await run("buildah", "bud", "--format", "docker", "-t", Self.image, directory + "/image")
    }

    /// Runs a program as a client of the engine.
    /// - Returns: Its standard output.
    @discardableResult
    package func run(_ program: String, _ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), environment: variables,
            output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(result.standardError)")
        }
        return result.standardOutput
    }

    private func serve() async throws -> Never {
        let result = try await Subprocess.run(
            .name("podman"), arguments: ["system", "service", "--time=0", "unix://\(directory)/engine.sock"],
            environment: variables, output: .discarded, error: .string(limit: 1 << 20))
        try Task.checkCancellation()
        throw Failure(description: "podman system service ended: \(result.standardError)")
    }

    private func waitForSocket() async throws {
        while !FileManager.default.fileExists(atPath: directory + "/engine.sock") {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Podman leaves health checks to timers of systemd.
    private func checkHealth() async throws -> Never {
        while true {
            try await Task.sleep(for: .seconds(1))
            let list = try? await run("podman", "ps", "--quiet", "--filter", "health=starting")
            for id in (list ?? "").split(whereSeparator: \.isWhitespace) {
                _ = try? await run("podman", "healthcheck", "run", String(id))
            }
        }
    }

    private var variables: Environment {
        .custom(Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) }))
    }
}
