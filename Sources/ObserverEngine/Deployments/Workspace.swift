import Foundation
import Glibc
import Logging

/// The directory in which one deployment works. There is only ever one, because one deployment runs at a time.
enum Workspace {
    /// An empty directory for our eyes only; what an earlier run left there is gone, or moved aside where that can't be: a
    /// deploy command may have left what belongs to another user.
    static func make(in stateDirectory: String, logger: Logger) throws -> String {
        let path = stateDirectory + "/workspace"
        if kind(of: path) != nil {
            do { try remove(path) } catch {
                let aside = "\(path).left-\(UUID().uuidString)"
                try FileManager.default.moveItem(atPath: path, toPath: aside)
                logger.warning(
                    "What an earlier deployment left can't be removed and is moved to \(aside): \(error.localizedDescription)"
                )
            }
        }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }

    private static func remove(_ path: String) throws {
        // Most of the time this is all that it takes.
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        makeWritable(path)
        try FileManager.default.removeItem(atPath: path)
    }

    /// Lets us remove what is in directories that may only be read, as in a cache of Go's modules.
    private static func makeWritable(_ path: String) {
        var waiting = [path]
        while let next = waiting.popLast() {
            // A link leads out of what is ours.
            guard kind(of: next) == .typeDirectory else { continue }
            _ = chmod(next, 0o700)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: next)) ?? []
            waiting += names.map { "\(next)/\($0)" }
        }
    }

    /// Of what is there itself, not of what it may lead to; nil where nothing is.
    private static func kind(of path: String) -> FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    }
}
