import Synchronization

/// A change that others may wait for. The rows of the store are the truth, this is only a signal.
package enum EngineChange: Equatable, Sendable {
    case delivery(Delivery)
    case deployment(Deployment)
    case log(LogLine)
    /// A delivery that is not stored, because anyone could fill the disk with such.
    case rejection(RejectedDeliveries.Entry)
    case branch(WatchedBranch, BranchState)
    case engine(WatchedBranch, EngineState)
    case hook(WatchedBranch, HookState)
    /// An operator cancelled a deployment.
    case cancellation(deployment: Int64)
    /// The database was corrupt or deleted and is empty now.
    case databaseRecreated
}

/// Publishes changes to everyone who waits for them; changes of rows are published after the transaction.
package final class ChangeFeed: Sendable {
    private typealias Subscriber = @Sendable (EngineChange) -> Void

    private struct State {
        var nextID = 0
        var subscribers: [Int: Subscriber] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// The changes from now on. A subscriber that does not read loses the oldest ones.
    package func changes(buffering limit: Int = 1024) -> AsyncStream<EngineChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EngineChange.self, bufferingPolicy: .bufferingNewest(limit))
        subscribe(continuation) { continuation.yield($0) }
        return stream
    }

    /// Signals each such change from now on. Changes that happen before the subscriber reads are merged into one signal;
    /// none is lost.
    package func signals(where isMeant: @escaping @Sendable (EngineChange) -> Bool) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        subscribe(continuation) { if isMeant($0) { continuation.yield() } }
        return stream
    }

    /// Calls the listener at every change from now on, before `post` returns.
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
