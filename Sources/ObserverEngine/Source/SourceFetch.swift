import Foundation
package import Logging
import NIOCore
import Subprocess
import SystemPackage

/// Brings the tree of one commit into a directory.
package struct SourceFetch: Sendable {
    /// What was unpacked.
    package struct Tree: Equatable, Sendable {
        package let root: String
        package let files: Int
        package let bytes: Int
    }

    /// Of the compressed archive, in bytes.
    static let archiveLimit = 256 * 1024 * 1024

    /// How often an archive is fetched before we believe that it is damaged for good.
    private static let attempts = 3
    /// How long GitHub may not know what has just been pushed: its API lags behind its webhooks.
    private static let lag = Duration.seconds(5)

    private let gitHub: GitHubClient
    private let limits: TreeWriter.Limits
    private let logger: Logger

    package init(gitHub: GitHubClient, limits: TreeWriter.Limits = .init(), logger: Logger) {
        self.gitHub = gitHub
        self.limits = limits
        self.logger = logger
    }

    /// Downloads and unpacks the commit into `workspace`, which must be empty.
    package func fetch(
        _ commit: CommitID, into workspace: String, until deadline: ContinuousClock.Instant
    ) async throws -> Tree {
        var backoff = Backoff()
        var attempt = 1
        while true {
            do {
                return try await fetchOnce(commit, into: workspace, until: deadline)
            } catch let problem as TarReader.Problem {
                // What came on the way, a proxy's page or half of the archive, may come whole the next time.
                let delay = backoff.delay()
                guard attempt < Self.attempts, .now + delay < deadline else {
                    throw DeploymentFailure.archiveBroken(reason: problem.description)
                }
                logger.warning(
                    "The archive of \(commit.short) can't be unpacked: \(problem). Fetching it again.",
                    metadata: [.retryIn: "\(delay.brief)"])
                try FileManager.default.removeItem(atPath: workspace + "/source")
                try await Task.sleep(for: delay)
                attempt += 1
            } catch let error as Errno {
                throw DeploymentFailure.workspace(reason: "\(error)".lowercased())
            }
        }
    }

    private func fetchOnce(
        _ commit: CommitID, into workspace: String, until deadline: ContinuousClock.Instant
    ) async throws -> Tree {
        let archive = workspace + "/source.tar.gz"
        do {
            // A server that drips must not outlast the deadline; at which the last try is made, whose error says more.
            try await withTimeout(deadline - .now + .seconds(1)) {
                try await Retry(until: deadline, logger: logger) { try await downloadOnceKnown(commit, to: archive) }
            }
        } catch let error as GitHubError {
            throw DeploymentFailure.archiveUnavailable(error)
        } catch let late as TimedOut {
            throw DeploymentFailure.archiveLate(after: late.limit)
        }
        let root = workspace + "/source"
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
            let tree = try await withTimeout(deadline - .now) { try await unpack(archive, into: root) }
            try FileManager.default.removeItem(atPath: archive)
            return tree
        } catch let late as TimedOut {
            throw DeploymentFailure.archiveLate(after: late.limit)
        } catch let refused as TreeWriter.Refused {
            throw DeploymentFailure.archiveBroken(reason: refused.description)
        } catch let error as CocoaError {
            throw DeploymentFailure.workspace(reason: error.localizedDescription)
        }
    }

    private func downloadOnceKnown(_ commit: CommitID, to path: String) async throws {
        let patience = ContinuousClock.now + Self.lag
        while true {
            do {
                return try await download(commit, to: path)
            } catch let error as GitHubError where error.reason == .notFound && .now < patience {
                logger.debug("GitHub does not know the archive of \(commit.short) yet; asking again.")
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func download(_ commit: CommitID, to path: String) async throws {
        let body = try await gitHub.tarball(of: commit)
        let file = try FileDescriptor.open(
            FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
        defer { try? file.close() }
        var size = 0
        try await gitHub.read(body, to: "fetch the source of \(commit.short)") { chunk in
            size += chunk.readableBytes
            guard size <= Self.archiveLimit else {
                throw DeploymentFailure.archiveBroken(
                    reason: "it is larger than \(Self.archiveLimit / 1024 / 1024) MiB")
            }
            _ = try file.writeAll(chunk.readableBytesView)
        }
    }

    /// `gzip` decompresses, we decide what may be written.
    private func unpack(_ archive: String, into root: String) async throws -> Tree {
        let input = try FileDescriptor.open(FilePath(archive), .readOnly, options: .closeOnExec)
        let limits = limits
        let result = try await Subprocess.run(
            .name("gzip"), arguments: ["-dc"], environment: .custom(["PATH": "/usr/bin:/bin"]),
            input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .sequence, error: .discarded
        ) { execution in
            var reader = TarReader()
            var writer = TreeWriter(root: root, limits: limits)
            var size = 0
            for try await chunk in execution.standardOutput {
                size += chunk.count
                // Also of what is no content: of headers, and of what comes behind the end.
                guard size <= 2 * limits.bytes else {
                    throw TreeWriter.Refused(
                        description: "it unpacks to more than \(2 * limits.bytes / 1024 / 1024) MiB")
                }
                for event in try reader.consume(chunk.withUnsafeBytes { Array($0) }) { try writer.write(event) }
            }
            guard reader.isFinished else { throw TarReader.Problem.damaged("it ends too early") }
            return Tree(root: root, files: writer.files, bytes: writer.bytes)
        }
        guard result.terminationStatus.isSuccess else {
            throw TarReader.Problem.damaged("gzip can't read it to its end")
        }
        return result.closureResult
    }
}
