import Foundation
import Glibc
import Logging

/// The directory in which a deployment works, a commit is read, or a rollback works. There is only one of each, because one of
/// each runs at a time.
enum Workspace {
    /// The directory of trees that are only read.
    static let reading = "reading-workspace"
    /// The directory of the tree that a rollback deploys.
    static let restoring = "rollback-workspace"

    /// Runs the body with the directory, and removes it in any case.
    static func with<Value>(
        _ name: String = "workspace", in stateDirectory: String, logger: Logger,
        _ body: (_ path: String) async throws -> Value
    ) async throws -> Value {
        let path = try await BlockingWork.runLong { try make(name, in: stateDirectory, logger: logger) }
        let result: Result<Value, any Error>
        do { result = .success(try await body(path)) } catch { result = .failure(error) }
        // Whatever stays is removed before the next one.
        _ = try? await BlockingWork.runLong { try remove(path) }
        return try result.get()
    }

    /// Makes an empty directory that only this user can read. The old one is removed, or moved aside where that fails: a
    /// deploy command may have left files of another user.
    /// - Throws: `SourceFailure.workspace`
    static func make(
        _ name: String = "workspace", in stateDirectory: String, logger: Logger
    ) throws(SourceFailure) -> String {
        let path = "\(stateDirectory)/\(name)"
        do {
            try replace(path, logger: logger)
        } catch {
            throw .workspace(reason: error.localizedDescription)
        }
        return path
    }

    private static func replace(_ path: String, logger: Logger) throws {
        if kind(of: path) != nil {
            do { try remove(path) } catch {
                let aside = "\(path).left-\(UUID().uuidString)"
                try FileManager.default.moveItem(atPath: path, toPath: aside)
                logger.warning(
                    "Could not remove the old workspace; moved it to \(aside): \(error.localizedDescription)")
            }
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    static func removeIfPresent(_ path: String) throws {
        if kind(of: path) != nil { try remove(path) }
    }

    private static func remove(_ path: String) throws {
        // Nearly always this is enough.
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        makeWritable(path)
        try FileManager.default.removeItem(atPath: path)
    }

    /// Makes read-only directories removable, such as those in a cache of Go modules.
    private static func makeWritable(_ path: String) {
        var waiting = [path]
        while let next = waiting.popLast() {
            // A link may point anywhere.
            guard kind(of: next) == .typeDirectory else { continue }
            _ = chmod(next, 0o700)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: next)) ?? []
            waiting += names.map { "\(next)/\($0)" }
        }
    }

    /// The type of the file itself, not of the target of a link; nil if there is none.
    private static func kind(of path: String) -> FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    }
}
