import Synchronization

/// Changes that wait for their subscriber. If it falls too far behind, all of them are dropped, and it is notified.
final class ChangeBuffer: Sendable {
    struct Batch: Sendable {
        var changes: [EngineChange] = []
        /// Whether changes before these were dropped.
        var hasLost = false
    }

    /// Signals that there are changes to take.
    let signals: AsyncStream<Void>
    let continuation: AsyncStream<Void>.Continuation
    private let limit: Int
    private let batch = Mutex(Batch())

    init(limit: Int) {
        self.limit = limit
        (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func append(_ change: EngineChange) {
        batch.withLock { batch in
            if batch.changes.count == limit { batch = Batch(hasLost: true) }
            batch.changes.append(change)
        }
        continuation.yield()
    }

    /// Returns the changes since the previous call.
    func take() -> Batch {
        batch.withLock { batch in
            defer { batch = Batch() }
            return batch
        }
    }
}
