import Foundation

/// The checks of the doctor: the compose command, the container engine, permissions and disk space.
extension ComposeTarget {
    private static let checkTimeout = Duration.seconds(15)

    package func checks() async throws -> [Finding] {
        let tools: ComposeTools
        do {
            tools = try await self.tools()
        } catch let failure as ComposeFailure {
            let named = settings.command.map { "'\($0.joined(separator: " "))' does not work" }
            return [
                Finding(
                    .compose, .failure, "\(named ?? "no compose command was found"): \(failure.shortReason.asSentence)",
                    remedy: "Install Docker Compose (docker compose), docker-compose or podman-compose, "
                        + "or set -compose-command.")
            ]
        }
        let deadline = ContinuousClock.now + Self.checkTimeout
        let engine = ContainerEngine(tools: tools, environment: environment, directory: "/")
        let client = Finding(.compose, .ok, "deploys with: \(tools.version)")
        do {
            let name = tools.engine.joined(separator: " ")
            let version = try await engine.version(until: deadline)
            let storage = try await engine.storageDirectory(until: deadline).flatMap(Self.storage)
            return [client, Finding(.engine, .ok, "\(name) \(version)"), storage].compactMap(\.self)
        } catch let failure as ComposeFailure {
            return [client, Self.finding(on: failure)]
        }
    }

    private static func finding(on failure: ComposeFailure) -> Finding {
        let remedy =
            switch EngineComplaint(in: failure.shortReason) {
            case .permission:
                "Add the user of the observer to the group that owns the socket, usually docker, or set DOCKER_HOST."
            case .disk: "Free disk space."
            case .engine, .registry, nil: "Start the container engine, or set DOCKER_HOST to its address."
            }
        return Finding(.engine, .failure, failure.shortReason.asSentence, remedy: remedy)
    }

    /// nil if the images are not on this machine.
    private static func storage(_ path: String) -> Finding? {
        guard FileManager.default.fileExists(atPath: path),
            let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path),
            let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value
        else { return nil }
        let text = "\(path) has \(free.formatted(.byteCount(style: .file))) free for images"
        guard free < 1_000_000_000 else { return Finding(.storage, .ok, text) }
        return Finding(
            .storage, .warning, text + ".", remedy: "Remove images that are not used, as with 'docker image prune'.")
    }
}
