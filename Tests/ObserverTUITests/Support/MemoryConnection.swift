import Foundation
import Synchronization

@testable import ObserverEngine
@testable import ObserverTUI

/// An observer in memory: tests change its state and check the requests. Its events pass through the feed of the real
/// control API: a stream that was dropped continues with the missed events and the state of the engine; a snapshot is
/// sent only at first, by a new observer, and after events were dropped.
final class MemoryConnection: ControlConnection {
    private typealias Job = @Sendable () async -> Void
    private typealias Stream = AsyncThrowingStream<ControlEvent, any Error>

    /// One run of the observer.
    private struct Engine {
        let changes = ChangeFeed()
        let feed: ControlFeed

        init() {
            feed = ControlFeed(feed: changes, recentLog: RecentLog()) { nil }
        }
    }

    /// The most deliveries in a snapshot.
    private static let snapshotLimit = 200

    private struct State {
        var engine: Engine
        var listener: Stream.Continuation?
        var connections = 0
        var actions: [ControlAction] = []
        var reads: [String] = []
        var snapshot: ControlSnapshot
        /// The number of the last event that was read.
        var last: ControlEventID?

        /// nil if the connection was dropped or replaced.
        func listener(of connection: Int) -> Stream.Continuation? {
            connection == connections ? listener : nil
        }
    }

    private let state: Mutex<State>
    private let jobs = AsyncStream.makeStream(of: Job.self)
    /// Until then, a stream passes its snapshot and falls behind.
    private let proceeds = Latch<Void>()
    /// Until then, actions are not answered.
    private let answers = Latch<Void>()

    init(_ snapshot: ControlSnapshot = Sample.snapshot, isStalled: Bool = false, answersActions: Bool = true) {
        let engine = Engine()
        state = Mutex(State(engine: engine, snapshot: snapshot))
        if !isStalled { proceeds.set(()) }
        if answersActions { answers.set(()) }
        start(engine)
    }

    var actions: [ControlAction] { state.withLock(\.actions) }
    var connections: Int { state.withLock(\.connections) }
    /// The details and logs that were requested.
    var reads: [String] { state.withLock(\.reads) }

    /// Serves until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs.stream { group.addTask { await job() } }
            group.cancelAll()
        }
    }

    /// While no stream is open, the change is missed. A delivery is in every later snapshot, too.
    func send(_ change: EngineChange) {
        let changes = state.withLock { state in
            if case .delivery(let delivery) = change {
                state.snapshot.deliveries.insert(DeliverySummary(delivery), at: 0)
                state.snapshot.deliveries = Array(state.snapshot.deliveries.prefix(Self.snapshotLimit))
                state.snapshot.deliveryCount += 1
            }
            return state.engine.changes
        }
        changes.post([change])
    }

    /// More events than the feed keeps.
    func flood() {
        state.withLock(\.engine.changes).post(Array(repeating: .audit(Sample.audit[0]), count: 9000))
    }

    /// Lets a stalled stream continue.
    func proceed() { proceeds.set(()) }

    func changeSnapshot(_ change: (inout ControlSnapshot) -> Void) {
        state.withLock { change(&$0.snapshot) }
    }

    func drop(_ error: any Error) {
        state.withLock {
            $0.listener?.finish(throwing: error)
            $0.listener = nil
        }
    }

    /// Replaces the observer by a new one, which knows nothing about the streams of the other.
    func restart() {
        let engine = Engine()
        state.withLock {
            $0.engine = engine
            $0.snapshot.engine.instance += " restarted"
        }
        start(engine)
        drop(ControlRefusal(sentence: "the observer stopped"))
    }

    func events() -> AsyncThrowingStream<ControlEvent, any Error> {
        let (stream, continuation) = Stream.makeStream()
        let connection = state.withLock {
            $0.connections += 1
            $0.listener = continuation
            return $0.connections
        }
        jobs.continuation.yield { [weak self] in await self?.serve(connection) }
        return stream
    }

    private func start(_ engine: Engine) {
        jobs.continuation.yield { try? await engine.feed.run() }
    }

    private func serve(_ connection: Int) async {
        let (engine, last) = state.withLock { ($0.engine, $0.last) }
        let subscription = engine.feed.subscribe()
        var position: ControlEventID
        if let last, case .events(let missed) = subscription.next(after: last, isContinuing: true) {
            position = last
            for frame in missed { position = pass(frame.event, frame.id, to: connection) }
            state.withLock { state in
                _ = state.listener(of: connection)?.yield(.engine(state.snapshot.engine))
            }
        } else {
            position = pass(nil, engine.feed.last, to: connection)
        }
        try? await proceeds.get()
        for await _ in subscription.signals {
            switch subscription.next(after: position) {
            case .events(let frames): for frame in frames { position = pass(frame.event, frame.id, to: connection) }
            case .snapshot: position = pass(nil, engine.feed.last, to: connection)
            }
        }
        state.withLock { $0.listener(of: connection)?.finish() }
    }

    /// - Parameter event: nil passes a snapshot.
    /// - Returns: The position after the event.
    private func pass(_ event: ControlEvent?, _ id: ControlEventID, to connection: Int) -> ControlEventID {
        state.withLock { state in
            guard let listener = state.listener(of: connection) else { return }
            state.last = id
            listener.yield(event ?? .snapshot(state.snapshot))
        }
        return id
    }

    func whoami() async throws -> Operator { Sample.admin }
    func audit() async throws -> [AuditEntry] { Sample.audit }

    func perform(_ action: ControlAction) async throws -> String {
        state.withLock { $0.actions.append(action) }
        try await answers.get()
        if case .replay = action { throw ControlRefusal(sentence: "The delivery no longer exists.") }
        return "Done."
    }

    func delivery(_ id: Int64) async throws -> DeliveryDetail {
        read("delivery \(id)")
        return Sample.deliveryDetail
    }

    func deployment(_ id: Int64) async throws -> DeploymentDetail {
        read("deployment \(id)")
        return Sample.deploymentDetail
    }

    func plan(_ ref: String?) async throws -> PlanReport {
        read("plan \(ref ?? "head")")
        return Sample.plan
    }

    func history(ofApp id: String) async throws -> AppHistory {
        read("app \(id)")
        return Sample.history
    }

    func log(ofDeployment id: Int64) async throws -> [LogLine] {
        read("log \(id)")
        return Sample.deploymentLog
    }

    func deliveries(before id: Int64) async throws -> [DeliverySummary] { [Sample.delivery(0, 1e6, "Ancient")] }
    func deployments(before id: Int64) async throws -> [DeploymentSummary] { [] }

    private func read(_ what: String) {
        state.withLock { $0.reads.append(what) }
    }
}

extension EngineChange {
    /// A push to the watched branch.
    static func push(_ id: Int64, _ message: String) -> EngineChange {
        let repository = RepositoryName(owner: "octo", name: "site")
        let commit = CommitID(String(repeating: "0", count: 24) + String(1_000_000_000_000_000 + id))
        let push = PushEvent(
            repository: repository, ref: "refs/heads/dcos", before: nil, after: commit, message: message,
            author: nil, pusher: nil)
        var delivery = Delivery(
            key: .init(hookID: 1, guid: "guid \(id)"), event: "push", receivedAt: Sample.now, repository: repository,
            push: push, verdict: .ping, payload: .init(body: Data()))
        delivery.id = id
        delivery.verdict = .accepted
        return .delivery(delivery)
    }
}
