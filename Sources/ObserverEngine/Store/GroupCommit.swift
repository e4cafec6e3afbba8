import Synchronization

/// Lets rows that arrive while a transaction is being written share the next one: many rows, one commit to disk.
///
/// The end of a transaction starts the next one, on the thread that writes. There is no background task, so an idle instance
/// costs nothing.
package final class GroupCommit<Row: Sendable, Outcome: Sendable>: Sendable {
    package typealias Completion = @Sendable (Result<[Outcome], any Error>) -> Void
    package typealias Write = @Sendable (_ rows: [Row], _ completion: @escaping Completion) -> Void

    private struct Waiter: Sendable {
        let row: Row
        let continuation: CheckedContinuation<Outcome, any Error>
    }

    private struct State {
        var waiters: [Waiter] = []
        var isWriting = false
    }

    private let limit: Int
    private let write: Write
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: The maximum number of rows per transaction.
    ///   - write: Writes the rows in one transaction, and completes with an outcome for each, in order, or with the error
    ///     because of which none of them is stored.
    package init(limit: Int = 512, write: @escaping Write) {
        self.limit = limit
        self.write = write
    }

    /// Returns the outcome of the row once it is durable.
    /// - Throws: The error of the transaction, which may be due to another row of it.
    package func commit(_ row: Row) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let startsWriting = state.withLock { state in
                state.waiters.append(Waiter(row: row, continuation: continuation))
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if startsWriting { writeWaiting() }
        }
    }

    private func writeWaiting() {
        let group = state.withLock { state in
            let group = state.waiters.prefix(limit)
            state.waiters.removeFirst(group.count)
            state.isWriting = !group.isEmpty
            return Array(group)
        }
        guard !group.isEmpty else { return }
        write(group.map(\.row)) { [self] result in
            for (index, waiter) in group.enumerated() { waiter.continuation.resume(with: result.map { $0[index] }) }
            writeWaiting()
        }
    }
}
