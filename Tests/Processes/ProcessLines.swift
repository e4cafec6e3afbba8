import Simulators
package import Subprocess
import Synchronization

/// The lines that a process has printed so far.
package final class ProcessLines: Sendable {
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    private struct State {
        var lines: [String] = []
        var hasEnded = false
        var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    package var all: [String] { state.withLock(\.lines) }

    /// Waits until a line contains the text.
    package func wait(for text: String, timeout: Duration = .testTimeout) async throws {
        try await wait(for: "'\(text)'", timeout: timeout) { $0.contains(text) ? true : nil }
    }

    /// Waits until a condition returns a result for a line.
    /// - Parameter what: The result, for the message of a timeout.
    @discardableResult
    package func wait<Result: Sendable>(
        for what: String, timeout: Duration = .testTimeout, where find: @escaping @Sendable (String) -> Result?
    ) async throws -> Result {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.waiters[state.nextID] = continuation
            return state.nextID
        }
        defer { state.withLock { $0.waiters[id] = nil } }
        continuation.yield()
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask {
                for await _ in stream {
                    let (found, ended) = self.state.withLock { ($0.lines.lazy.compactMap(find).first, $0.hasEnded) }
                    if let found { return found }
                    if ended { break }
                }
                throw Missing(description: "no line has \(what) in:\n" + self.all.joined(separator: "\n"))
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw Missing(
                    description: "after \(timeout) no line has \(what) in:\n" + self.all.joined(separator: "\n"))
            }
            defer { group.cancelAll() }
            guard let found = try await group.next() else { throw CancellationError() }
            return found
        }
    }

    package func read(_ sequence: SubprocessOutputSequence) async throws {
        for try await line in sequence.strings(bufferingPolicy: .unbounded) {
            note { $0.lines.append(line) }
        }
        note { $0.hasEnded = true }
    }

    private func note(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.yield() }
    }
}
