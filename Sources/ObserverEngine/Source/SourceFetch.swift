import Foundation
package import Logging
import NIOCore
import SystemPackage

/// Downloads the archive of a commit and unpacks it into a directory.
package struct SourceFetch: Sendable {
    /// The unpacked files.
    package struct Tree: Equatable, Sendable {
        package let root: String
        package let files: Int
        package let bytes: Int
        package let leftOut: [LeftOutLink]
    }

    /// The largest compressed archive, in bytes.
    static let archiveLimit = 1024 * 1024 * 1024
    /// The largest unpacked archive of which only a part is written, in bytes.
    private static let streamLimit = 16 * 1024 * 1024 * 1024

    /// How often a damaged archive is downloaded before giving up.
    private static let attempts = 3
    /// How long a commit that was just pushed may be missing: GitHub's API lags behind its webhooks.
    private static let lagLimit = Duration.seconds(5)

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
        _ commit: CommitID, _ selection: TreeSelection = .everything, into workspace: String,
        until deadline: ContinuousClock.Instant
    ) async throws -> Tree {
        var backoff = Backoff()
        var attempt = 1
        while true {
            do {
                return try await fetchOnce(commit, selection, into: workspace, until: deadline)
            } catch let problem as TarReader.Problem {
                // A page of a proxy or half of the archive may be complete the next time.
                let delay = backoff.delay()
                guard attempt < Self.attempts, .now + delay < deadline else {
                    throw SourceFailure.broken(reason: problem.description)
                }
                logger.warning(
                    "The archive of \(commit.short) can't be unpacked: \(problem). Downloading it again.",
                    metadata: [.retryIn: "\(delay.brief)"])
                try await Self.remove(workspace + "/source")
                try await Task.sleep(for: delay)
                attempt += 1
            } catch let error as Errno {
                throw SourceFailure.workspace(reason: "\(error)".lowercased())
            }
        }
    }

    private func fetchOnce(
        _ commit: CommitID, _ selection: TreeSelection, into workspace: String, until deadline: ContinuousClock.Instant
    ) async throws -> Tree {
        let archive = workspace + "/source.tar.gz"
        do {
            // A slow server must not outlast the deadline. The last attempt is made at the deadline; its error is more precise.
            try await withTimeout(deadline - .now + .seconds(1)) {
                try await Retry(until: deadline, logger: logger) { try await downloadOnceKnown(commit, to: archive) }
            }
        } catch let error as GitHubError {
            throw error.reason == .notFound ? SourceFailure.gone(commit, error) : .unavailable(error)
        } catch is TimedOut {
            throw SourceFailure.timedOut
        }
        let root = workspace + "/source"
        do {
            let tree = try await withTimeout(deadline - .now) {
                try await BlockingWork.runLong { try unpack(archive, selection, into: root, $0) }
            }
            try await Self.remove(archive)
            return tree
        } catch is TimedOut {
            throw SourceFailure.timedOut
        } catch let refused as TreeWriter.Refused {
            throw SourceFailure.broken(reason: refused.description)
        } catch let error as CocoaError {
            throw SourceFailure.workspace(reason: error.localizedDescription)
        }
    }

    private func downloadOnceKnown(_ commit: CommitID, to path: String) async throws {
        let limit = ContinuousClock.now + Self.lagLimit
        while true {
            do {
                return try await download(commit, to: path)
            } catch let error as GitHubError where error.reason == .notFound && .now < limit {
                logger.debug("Archive of \(commit.short) not available yet; retrying.")
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
                throw SourceFailure.broken(
                    reason: "it is larger than \(Self.archiveLimit / 1024 / 1024) MiB")
            }
            try await BlockingWork.runLong { _ = try file.writeAll(chunk.readableBytesView) }
        }
    }

    private static func remove(_ path: String) async throws {
        try await BlockingWork.runLong { try FileManager.default.removeItem(atPath: path) }
    }

    /// Unpacks the selection and, if its links lead to more files, these as well.
    private func unpack(
        _ archive: String, _ selection: TreeSelection, into root: String, _ cancellation: BlockingWork.Cancellation
    ) throws -> Tree {
        let (tree, wanted) = try unpackOnce(archive, selection, into: root, cancellation)
        if wanted == selection { return tree }
        try FileManager.default.removeItem(atPath: root)
        return try unpackOnce(archive, wanted, into: root, cancellation).tree
    }

    private func unpackOnce(
        _ archive: String, _ selection: TreeSelection, into root: String, _ cancellation: BlockingWork.Cancellation
    ) throws -> (tree: Tree, wanted: TreeSelection) {
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        var writer = TreeWriter(root: root, selection: selection, limits: limits)
        try read(archive, into: &writer, isPart: selection != .everything, cancellation)
        let wanted = writer.wanted
        let leftOut = try writer.finish()
        return (Tree(root: root, files: writer.files, bytes: writer.bytes, leftOut: leftOut), wanted)
    }

    private func read(
        _ archive: String, into writer: inout TreeWriter, isPart: Bool, _ cancellation: BlockingWork.Cancellation
    ) throws {
        let file = try FileDescriptor.open(FilePath(archive), .readOnly, options: .closeOnExec)
        defer { try? file.close() }
        var gzip = GzipReader()
        var reader = TarReader()
        var size = 0
        // Counts everything, also headers and what follows the end of the archive.
        let limit = isPart ? max(Self.streamLimit, 2 * limits.bytes) : 2 * limits.bytes
        do {
            while case let input = try Self.piece(of: file), !input.isEmpty {
                gzip.feed(input)
                while let output = try gzip.next() {
                    try cancellation.check()
                    size += output.count
                    guard size <= limit else {
                        throw TreeWriter.Refused(description: "it unpacks to more than \(limit / 1024 / 1024) MiB")
                    }
                    for event in try reader.consume(output) { try writer.write(event) }
                }
            }
        } catch is GzipReader.Malformed {
            throw TarReader.Problem.damaged("it is not valid gzip")
        }
        guard gzip.isFinished, reader.isFinished else { throw TarReader.Problem.damaged("it ends too early") }
    }

    /// Empty at the end of the file.
    private static func piece(of file: SystemPackage.FileDescriptor) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: GzipReader.pieceSize) { buffer, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}

/// The tree of a commit could not be fetched or unpacked.
package enum SourceFailure: DeploymentFailure {
    case unavailable(GitHubError)
    case gone(CommitID, GitHubError)
    /// The time limit of the whole deployment ended.
    case timedOut
    case broken(reason: String)
    case workspace(reason: String)

    package var isTokenRefused: Bool {
        if case .unavailable(let error) = self { error.rejectsToken } else { false }
    }

    package var isExternal: Bool {
        switch self {
        case .unavailable: true
        case .timedOut, .workspace: true
        case .gone, .broken: false
        }
    }

    package var description: String {
        switch self {
        case .unavailable(let error): "\(error) Nothing was applied."
        case .gone(let commit, let error):
            "The source of \(commit.short) is gone: \(error.repository) does not have that commit any more, as after a "
                + "forced push, or the token has no access to its contents. Nothing was applied."
        case .timedOut:
            "The source archive was not downloaded and unpacked within -deploy-timeout. Nothing was applied. Deploy again."
        case .broken(let reason): "The source archive can't be unpacked: \(reason). Nothing was applied."
        case .workspace(let reason): "Can't prepare the workspace: \(reason)."
        }
    }
}
