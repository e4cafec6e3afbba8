/// Lets callers that arrive while a transaction is being written share the next one: many rows, one commit to disk.
///
/// The first caller becomes the leader and writes all waiting rows; when its own row is durable it passes the lead to one of
/// those that arrived meanwhile. There is no background task, so an idle instance costs nothing.
package actor GroupCommit<Row: Sendable, Outcome: Sendable> {
    package typealias Write = @Sendable ([Row]) async -> [Result<Outcome, any Error>]

    private enum Signal {
        case done(Result<Outcome, any Error>)
        case lead
    }

    private struct Waiter {
        let row: Row
        let continuation: CheckedContinuation<Signal, Never>
    }

    private let limit: Int
    private let write: Write
    private var waiters: [Waiter] = []
    private var isWriting = false

    /// - Parameters:
    ///   - limit: The maximum number of rows per transaction.
    ///   - write: Writes the rows in one transaction and returns an outcome for each, in order.
    package init(limit: Int = 512, write: @escaping Write) {
        self.limit = limit
        self.write = write
    }

    /// Returns the outcome of the row once it is durable.
    package func commit(_ row: Row) async throws -> Outcome {
        guard isWriting else { return try await lead(with: row) }
        let signal = await withCheckedContinuation { waiters.append(Waiter(row: row, continuation: $0)) }
        switch signal {
        case .done(let outcome): return try outcome.get()
        case .lead: return try await lead(with: row)
        }
    }

    private func lead(with row: Row) async throws -> Outcome {
        isWriting = true
        let followers = Array(waiters.prefix(limit - 1))
        waiters.removeFirst(followers.count)
        let outcomes = await write([row] + followers.map(\.row))
        for (follower, outcome) in zip(followers, outcomes.dropFirst()) {
            follower.continuation.resume(returning: .done(outcome))
        }
        if waiters.isEmpty {
            isWriting = false
        } else {
            waiters.removeFirst().continuation.resume(returning: .lead)
        }
        return try outcomes[0].get()
    }
}
