import Foundation
import Synchronization

/// Runs the commands, each with its ID in a file of the state directory. If the observer is killed, they continue; the next
/// observer waits until they have ended before it starts one of its own.
package final class CommandProcesses: Sendable {
    /// nil where nothing is deployed.
    private let directory: String?
    /// Precedes the names of the files, to distinguish them from those of earlier observers.
    private let prefix = UUID().uuidString
    private let turns = AsyncLock()
    private let hasEndedLeftovers = Mutex(false)

    /// - Parameter stateDirectory: nil if nothing is deployed: the commands of a plan belong to no one else.
    package init(in stateDirectory: String?) {
        directory = stateDirectory.map { $0 + "/commands" }
    }

    /// Waits for the commands that an observer left behind when it was killed, and kills them after some time.
    /// - Parameter willWait: Called for each that has not ended yet.
    /// - Throws: `CancellationError`
    func endLeftovers(_ willWait: @escaping @Sendable () async -> Void = {}) async throws {
        guard let directory else { return }
        try await turns.withLock {
            guard !hasEndedLeftovers.withLock(\.self) else { return }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in names where !name.hasPrefix(prefix) {
                    group.addTask { try await LeftoverProcess(file: "\(directory)/\(name)").end(willWait) }
                }
                try await group.waitForAll()
            }
            hasEndedLeftovers.withLock { $0 = true }
        }
    }

    /// - Parameters:
    ///   - tree: The working directory.
    ///   - body: Runs the process that it gets.
    func with<Value: Sendable>(
        _ command: String, environment: [String: String], in tree: String,
        _ body: (ChildProcess) async throws -> Value
    ) async throws -> Value {
        guard let directory else {
            return try await body(ChildProcess(shell: command, environment: environment, directory: tree))
        }
        // Without the directory nothing is recorded, and the command runs anyway.
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let record = LeftoverProcess(file: "\(directory)/\(prefix)-\(UUID().uuidString)")
        defer { record.discard() }
        return try await body(
            ChildProcess(
                "/bin/sh", record.recording(["/bin/sh", "-c", command]), environment: environment, directory: tree))
    }
}
