import Synchronization

/// Something changed that others may wait for; the rows themselves are the truth.
package enum EngineChange: Equatable, Sendable {
    case delivery(Delivery)
    case deployment(Deployment)
    case log(LogLine)
    /// Not in the store: a stranger must not be able to fill it.
    case rejection(RejectedDeliveries.Entry)
    case branch(BranchState)
    case engine(EngineState)
    case hook(HookState)
    /// An operator wants a deployment to end.
    case cancellation(deployment: Int64)
}

/// Tells those who wait what has changed; of rows, after the transaction.
package final class ChangeFeed: Sendable {
    private typealias Subscriber = @Sendable (EngineChange) -> Void

    private struct State {
        var nextID = 0
        var subscribers: [Int: Subscriber] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The changes from now on. One who does not read loses the oldest ones.
    package func changes(buffering limit: Int = 1024) -> AsyncStream<EngineChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EngineChange.self, bufferingPolicy: .bufferingNewest(limit))
        subscribe(continuation) { continuation.yield($0) }
        return stream
    }

    /// Says that there was such a change, from now on; several that nobody has heard of yet are said once. None is lost.
    package func signals(where isMeant: @escaping @Sendable (EngineChange) -> Bool) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        subscribe(continuation) { if isMeant($0) { continuation.yield() } }
        return stream
    }

    /// Calls back at every change from now on, before whoever made the change goes on.
    func listen(_ listener: @escaping @Sendable (EngineChange) -> Void) {
        state.withLock { state in
            state.nextID += 1
            state.subscribers[state.nextID] = listener
        }
    }

    func post(_ changes: [EngineChange]) {
        let subscribers = state.withLock { Array($0.subscribers.values) }
        for change in changes {
            for subscriber in subscribers { subscriber(change) }
        }
    }

    private func subscribe<Element>(
        _ continuation: AsyncStream<Element>.Continuation, _ subscriber: @escaping Subscriber
    ) {
        let id = state.withLock { state in
            state.nextID += 1
            state.subscribers[state.nextID] = subscriber
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.subscribers[id] = nil }
        }
    }
}
