import Foundation

/// A deployment with Compose failed.
package enum ComposeFailure: DeploymentFailure {
    /// No compose command works.
    case clientMissing(tried: [String], reason: String)
    /// The container engine did not respond, or refused the connection.
    case engineUnavailable(reason: String)
    /// The container engine answered a command with an error.
    case refused(command: String, reason: String)
    /// The engine's answer is not what its documentation describes.
    case unexpectedAnswer(to: String)
    /// - Parameter services: The services that are broken now, with their last output; it does not decide whose fault it is.
    case ended(Step, ending: String, reason: String, services: String? = nil)
    /// The pull reported success, and the images are not on this machine.
    case notPulled([NotPulled])
    case timedOut(Step, after: Duration)
    /// - Parameters:
    ///   - after: nil if waiting longer would not have helped.
    ///   - note: A sentence on the cause.
    case unhealthy([Unhealthy], after: Duration?, note: String? = nil)
    /// A directory with files of others is where the commit has a file. Nothing has been changed.
    case inTheWay(path: String)
    /// The state directory can't be written.
    case directory(DirectoryStep, reason: String)

    /// A call of Compose that changes something.
    package enum Step: String, Sendable {
        case build, pull
        case start = "up"

        /// Whether services may have changed when it fails.
        var changesServices: Bool { self == .start }
    }

    /// A use of the state directory.
    package enum DirectoryStep: Sendable {
        /// The tree of the commit is copied.
        case keep
        /// The files of the commit replace those of the running one. Some of them have already.
        case enter
        /// The files of the last success return.
        case restore
        /// The success is recorded.
        case record

        /// The beginning of a sentence.
        var problem: String {
            switch self {
            case .keep: "Can't write the tree of the commit to the state directory"
            case .enter: "Can't write all files of the commit to the live tree in the state directory"
            case .restore: "Can't write the files of the last success to the live tree in the state directory"
            case .record: "The services are healthy, but the success can't be recorded in the state directory"
            }
        }
    }

    /// A service and its image.
    package struct NotPulled: Equatable, Sendable {
        package let service: String
        package let image: String

        /// "web:2 for web"
        var words: String { "\(image) for \(service)" }
    }

    /// A service that did not become healthy.
    package struct Unhealthy: Equatable, Sendable, CustomStringConvertible {
        package let service: String
        package let healthy: Int
        package let wanted: Int
        /// "restarted 4 times, exited with status 3"
        package let reason: String?
        /// The end of its output.
        package let lastLines: [String]

        package var description: String { "\(service) is unhealthy: \(details)" }

        /// "its health check is failing (no container is healthy; its last output: no database)"
        var details: String {
            let output = lastLines.isEmpty ? "" : "; its last output: \(lastLines.joined(separator: " | "))"
            let verb = healthy == 1 ? "is" : "are"
            let count = healthy == 0 ? "no container is healthy" : "\(healthy) of \(wanted) containers \(verb) healthy"
            return reason.map { "\($0) (\(count)\(output))" } ?? count + output
        }
    }

    package var callsForRestore: Bool {
        switch self {
        case .unhealthy: true
        case .ended(let step, _, _, _), .timedOut(let step, _): step.changesServices
        case .directory(let step, _): step == .enter
        default: false
        }
    }

    package var isExternal: Bool {
        switch self {
        case .clientMissing, .engineUnavailable, .refused, .directory: true
        case .ended(_, _, let reason, _): EngineComplaint(in: reason) != nil
        case .timedOut(let step, _): step == .pull
        // The registry may have been unavailable, or the image does not exist; the pull did not say.
        case .notPulled: true
        case .unexpectedAnswer, .unhealthy, .inTheWay: false
        }
    }

    package var description: String {
        switch self {
        case .clientMissing(let tried, let reason):
            "No compose command works (tried \(tried.joined(separator: ", "))): \(reason.asSentence) "
                + "Install Docker Compose, or set -compose-command."
        case .engineUnavailable(let reason):
            "The container engine is not available: \(reason.asSentence) Run 'observer doctor'."
        case .refused(let command, let reason):
            "The container engine refused '\(command)': \(reason.asSentence)"
        case .unexpectedAnswer(let command):
            "\(command) printed unexpected output. Check -compose-command and its version."
        case .ended(let step, let ending, let reason, let services):
            "Compose's \(step.rawValue) \(ending): \(reason.asSentence)"
                + (services.map { " \($0.asSentence)" } ?? "")
                + (step.changesServices ? "" : " Nothing was applied.")
        case .notPulled(let missing):
            "Compose's pull reported success, but did not pull \(missing.map(\.words).joined(separator: ", ")). "
                + "Nothing was applied. See its output in the deployment log."
        case .timedOut(let step, let limit):
            "Compose's \(step.rawValue) timed out after \(limit.brief) (-deploy-timeout) and was killed."
                + (step.changesServices ? "" : " Nothing was applied.")
        case .unhealthy(let services, nil, let note):
            services.map(\.description).joined(separator: "; ") + "." + (note.map { " \($0)" } ?? "")
        case .unhealthy(let services, let limit?, let note):
            "Not healthy after \(limit.brief): "
                + services.map { "\($0.service): \($0.details)" }.joined(separator: "; ") + "."
                + (note.map { " \($0)" } ?? "")
        case .inTheWay(let path):
            "\(path.printable) is a directory with files that are in no commit, and this commit has a file there. "
                + "Remove the directory, or rename the file. Nothing was applied."
        case .directory(let step, let reason):
            "\(step.problem): \(reason.asSentence)" + (step == .keep ? " Nothing was applied." : "")
        }
    }
}

extension ComposeFailure {
    /// Does work on files, whose errors become a failure.
    /// - Parameter step: The use that fails, unless the error shows how far the work was.
    static func onDisk<Value: Sendable>(
        _ step: DirectoryStep = .keep, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await BlockingWork.runLong(work)
        } catch let directory as TreeFile.InTheWay where step == .keep {
            throw ComposeFailure.inTheWay(path: directory.path)
        } catch let incomplete as ComposeDirectory.Incomplete where step == .keep {
            throw ComposeFailure.directory(.enter, reason: incomplete.localizedDescription)
        } catch {
            throw ComposeFailure.directory(step, reason: error.localizedDescription)
        }
    }
}

/// A complaint of Docker, Podman or Compose whose cause lies outside the commit.
/// Source: the messages of moby, docker/cli, docker/compose 1.29 and 2, podman 4 and 5, and of container registries
enum EngineComplaint: Equatable {
    case engine, permission, disk, registry

    init?(in text: String) {
        let text = text.lowercased()
        guard let found = Self.signs.first(where: { $0.texts.contains(where: text.contains) }) else { return nil }
        self = found.complaint
    }

    private static let signs: [(complaint: EngineComplaint, texts: [String])] = [
        (.disk, ["no space left on device", "disk quota exceeded"]),
        (
            .permission,
            [
                "permission denied while trying to connect", "connect: permission denied",
                "permissionerror(13", "got permission denied",
            ]
        ),
        (
            .engine,
            [
                "cannot connect to the docker daemon", "couldn't connect to docker daemon",
                "is the docker daemon running", "unable to connect to podman", "cannot connect to podman",
                "error while fetching server api version", "error during connect", "docker.sock: connect",
                "podman.sock: connect",
            ]
        ),
        (
            .registry,
            [
                "i/o timeout", "tls handshake timeout", "connection refused", "connection reset by peer",
                "no such host", "temporary failure in name resolution", "toomanyrequests", "too many requests",
                "unexpected eof", "context deadline exceeded", "service unavailable", "bad gateway",
                "internal server error", "network is unreachable",
            ]
        ),
    ]
}
