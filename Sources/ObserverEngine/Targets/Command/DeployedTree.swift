import Foundation
import Synchronization

/// The tree of the commit that was deployed last, in which the health command runs between deployments.
package final class DeployedTree: Sendable {
    /// The tree could not be moved here.
    struct NotKept: Error, CustomStringConvertible {
        let reason: String

        var description: String { "The health command can't run: the tree of the commit was not kept (\(reason))." }
    }

    private let path: String
    private let turns = AsyncLock()
    private let failure = Mutex<NotKept?>(nil)

    package init(in stateDirectory: String) {
        path = "\(stateDirectory)/deployed-tree"
    }

    /// Moves the tree here, and removes the one before it. Waits while a check runs there.
    /// - Throws: `CancellationError`; a failure is reported by `use`, because the deployment has succeeded anyway.
    func replace(with root: String) async throws {
        try await turns.withLock {
            do {
                try await BlockingWork.runLong { [path] in
                    try Workspace.removeIfPresent(path)
                    try FileManager.default.moveItem(atPath: root, toPath: path)
                }
                failure.withLock { $0 = nil }
            } catch {
                failure.withLock { $0 = NotKept(reason: error.localizedDescription) }
            }
        }
    }

    /// - Parameter body: Called with the path; the tree stays until it returns.
    func use<Value: Sendable>(_ body: (String) async throws -> Value) async throws -> Value {
        try await turns.withLock {
            if let failure = failure.withLock(\.self) { throw failure }
            return try await body(path)
        }
    }
}
