import Foundation

/// The compose command, and the client of the container engine that it works with.
struct ComposeTools: Equatable, Sendable {
    /// In order of preference.
    static let candidates = [["docker", "compose"], ["docker-compose"], ["podman-compose"]]
    private static let timeout = Duration.seconds(20)
    private static let outputLimit = 64 * 1024

    /// The command and its first arguments.
    let compose: [String]
    /// `docker` or `podman`, with its first arguments.
    let engine: [String]
    /// "docker-compose 1.29.2"
    let version: String

    /// The client of the engine for a compose command: `docker compose` is a part of `docker`. docker-compose also works with
    /// Podman, where `docker` is not installed.
    static func engine(for compose: [String], isInstalled: (_ program: String) -> Bool) -> [String] {
        if compose.count > 1, compose.last == "compose" { return compose.dropLast() }
        if (compose.first ?? "").hasSuffix("podman-compose") { return ["podman"] }
        return !isInstalled("docker") && isInstalled("podman") ? ["podman"] : ["docker"]
    }

    var isPodman: Bool { engine.first?.split(separator: "/").last == "podman" }

    /// A command that removes these containers, and nothing else of their project.
    func removal(of containers: [Container]) -> String {
        (engine + ["rm", "-f"] + containers.map(\.name)).joined(separator: " ")
    }

    /// The first command that works.
    /// - Parameter configured: The command of the settings; nil for the candidates.
    /// - Throws: `ComposeFailure.clientMissing`, `CancellationError`
    static func find(
        _ configured: [String]?, environment: [String: String], directory: String
    ) async throws -> ComposeTools {
        let candidates = configured.map { [$0] } ?? candidates
        var reasons: [String] = []
        for compose in candidates {
            let command = ChildProcess(
                compose[0], compose.dropFirst() + ["version"], environment: environment, directory: directory)
            do {
                let output = try await withTimeout(timeout) { try await command.collect(limit: outputLimit) }
                if output.ending.isSuccess {
                    let line = output.standardOutput.text.split(whereSeparator: \.isNewline).first ?? ""
                    let directories = (environment["PATH"] ?? "").split(separator: ":")
                    let engine = engine(for: compose) { program in
                        directories.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
                    }
                    return ComposeTools(compose: compose, engine: engine, version: line.trimmed(as: compose))
                }
                reasons.append(output.complaint ?? "\(output.ending)")
            } catch let error as ChildProcess.NotStarted {
                reasons.append("\(error)")
            } catch is TimedOut {
                reasons.append("it did not respond within \(timeout.brief)")
            }
        }
        // The plainest reason is that of a command which was named.
        let reason = configured == nil ? "none of them works here" : reasons[0]
        throw ComposeFailure.clientMissing(tried: candidates.map { $0.joined(separator: " ") }, reason: reason)
    }
}

extension ChildProcess.Output {
    /// The last line with text that it wrote to its standard error, else to its standard output.
    var complaint: String? { standardError.lastLine ?? standardOutput.lastLine }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }

    fileprivate var lastLine: String? {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
    }
}

extension Substring {
    /// "docker-compose version 1.29.2, build unknown" as "docker-compose 1.29.2"
    fileprivate func trimmed(as compose: [String]) -> String {
        let number = firstMatch(of: #/v?(\d+(\.\d+)+\S*)/#).map { String($0.1) }
        let name = compose.joined(separator: " ")
        return number.map { "\(name) \($0.filter { $0 != "," })" } ?? name
    }
}
