import Synchronization

/// A change that others may wait for. The rows of the store are the truth, this is only a signal. It is copied to every
/// subscriber, so its value is shared.
package indirect enum EngineChange: Equatable, Sendable {
    case delivery(Delivery)
    case deployment(Deployment)
    /// The delivery of a deployment arrived after it was stored; nothing else about it changed.
    case linked(Deployment)
    /// The end of a deployment that had started was logged and reported.
    case announced(deployment: Int64)
    case log(LogLine)
    /// A delivery that is not stored, because anyone could fill the disk with these. Few of a flood are published.
    case rejection(RejectedDeliveries.Entry)
    case branch(WatchedBranch, BranchState)
    case engine(WatchedBranch, EngineState)
    case hook(WatchedBranch, HookState)
    case apps(WatchedBranch, AppsReport)
    /// A request to a service failed, or the first one after that succeeded.
    case dependency(WatchedBranch, DependencyState)
    /// An operator cancelled a deployment.
    case cancellation(deployment: Int64, by: String)
    /// A new or changed entry of the audit log.
    case audit(AuditEntry)
    /// A change could not be stored.
    case storageFailed
    /// The database was corrupt or deleted and is empty now.
    case databaseRecreated
}

/// Publishes changes to everyone who waits for them.
///
/// Changes of rows are published after their transaction and in the order of the transactions, other changes while the lock
/// of their state is held, so that the newest change that a subscriber has seen is the current state.
package final class ChangeFeed: Sendable {
    private typealias Subscriber = @Sendable (EngineChange) -> Void
    /// - Parameter branch: nil for every branch.
    typealias BranchListener = @Sendable (_ branch: WatchedBranch?, BranchState) -> Void

    private struct State {
        var nextID = 0
        var subscribers: [Int: Subscriber] = [:]
        var listeners: [Subscriber] = []
        var branchListeners: [BranchListener] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The changes from now on. A subscriber that does not read loses the oldest ones.
    /// - Parameter isMeant: Called while a change is published; it must not lock the state that the change is of.
    package func changes(
        buffering limit: Int = 1024, where isMeant: @escaping @Sendable (EngineChange) -> Bool = { _ in true }
    ) -> AsyncStream<EngineChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: EngineChange.self, bufferingPolicy: .bufferingNewest(limit))
        subscribe(continuation) { if isMeant($0) { continuation.yield($0) } }
        return stream
    }

    /// Signals each matching change from now on. Changes that happen before the subscriber reads are merged into one signal;
    /// none is lost.
    /// - Parameter isMeant: Called while the change is published; it must not lock the state that this change is of.
    package func signals(where isMeant: @escaping @Sendable (EngineChange) -> Bool) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        subscribe(continuation) { if isMeant($0) { continuation.yield() } }
        return stream
    }

    /// Calls the listener at every change of the stored state of a branch, before anyone is signalled and before `post`
    /// returns. The listener may itself post changes, except of that state.
    func listenToBranches(_ listener: @escaping BranchListener) {
        state.withLock { $0.branchListeners.append(listener) }
    }

    /// Calls the listener at every change, before anyone is signalled and before `post` returns. It must not wait or post
    /// changes.
    package func listen(_ listener: @escaping @Sendable (EngineChange) -> Void) {
        state.withLock { $0.listeners.append(listener) }
    }

    func post(_ changes: [EngineChange]) {
        let current = state.withLock(\.self)
        for change in changes {
            // Subscribers may rely on the state that the listeners keep.
            switch change {
            case .branch(let branch, let state): for listener in current.branchListeners { listener(branch, state) }
            case .databaseRecreated: for listener in current.branchListeners { listener(nil, BranchState()) }
            default: break
            }
            for listener in current.listeners { listener(change) }
            for subscriber in current.subscribers.values { subscriber(change) }
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
