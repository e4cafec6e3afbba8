import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Numbers every change and keeps the newest for the subscribers of the control API. A subscriber has a position in them,
/// not a queue of its own, so that many of them cost little; without any, a change wakes no thread.
package final class ControlFeed: Service {
    /// The next things to send to a subscriber.
    enum Next: Sendable {
        /// In order; empty if it has them all.
        case events([ControlFrame])
        /// It is too far behind, or the database was recreated: it needs the whole state.
        case snapshot
    }

    fileprivate struct Listener {
        let continuation: AsyncStream<Void>.Continuation
        /// Whether it has not looked since its last signal.
        var isSignalled: Bool
    }

    fileprivate struct State {
        var last = ControlEventID.beginning()
        /// The newest events, without gaps.
        var recent: [ControlFrame] = []
        var listeners: [UUID: Listener] = [:]
        /// The usual duration of a deployment.
        var expectedSeconds: Double?
        var isOver = false
    }

    /// Events kept for subscribers that reconnect or are slow.
    private static let historyLimit = 1024
    /// With more events waiting, a snapshot is cheaper.
    private static let lagLimit = 512

    private let successes: AsyncStream<Void>
    private let expectedSeconds: @Sendable () async -> Double?
    private let state = Mutex(State())

    /// - Parameter expectedSeconds: The usual duration of a deployment.
    init(feed: ChangeFeed, recentLog: RecentLog, expectedSeconds: @escaping @Sendable () async -> Double?) {
        successes = feed.signals(where: \.isSuccess)
        self.expectedSeconds = expectedSeconds
        feed.listen { [weak self] in self?.note($0) }
        recentLog.listen { [weak self] in self?.publish(.log($0)) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.estimate()
            for await _ in self.successes { await self.estimate() }
        }
        // Open streams would delay the shutdown of the server. Finishing one calls back into the lock.
        let listeners = state.withLock { state in
            state.isOver = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.continuation.finish() }
    }

    private func estimate() async {
        let expected = await expectedSeconds()
        state.withLock { $0.expectedSeconds = expected }
    }

    /// The ID of the newest event.
    var last: ControlEventID { state.withLock(\.last) }

    /// Whether at most this many events follow the position, all of which are kept.
    func keeps(atMost limit: Int, after position: ControlEventID) -> Bool {
        state.withLock { $0.lag(of: position).map { $0 <= limit } ?? false }
    }

    /// Signals at once, and then whenever there are further events; ends with the feed.
    func subscribe() -> ControlSubscription {
        let id = UUID()
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[id] = nil }
        }
        let isOver = state.withLock { state in
            if !state.isOver { state.listeners[id] = Listener(continuation: continuation, isSignalled: true) }
            return state.isOver
        }
        continuation.yield()
        if isOver { continuation.finish() }
        return ControlSubscription(id: id, signals: signals, feed: self)
    }

    /// The events after the position, and from then on a signal for further ones.
    /// - Parameter isContinuing: Whether it reconnects: it gets every event that is kept, however many there are.
    fileprivate func next(after position: ControlEventID, for listener: UUID, isContinuing: Bool) -> Next {
        state.withLock { state in
            state.listeners[listener]?.isSignalled = false
            guard let lag = state.lag(of: position), isContinuing || lag <= Self.lagLimit else { return .snapshot }
            return .events(Array(state.recent.suffix(lag)))
        }
    }

    private func note(_ change: EngineChange) {
        switch change {
        case .delivery(let delivery): publish(.delivery(DeliverySummary(delivery)))
        case .rejection(let entry): publish(.delivery(DeliverySummary(entry)))
        case .deployment(let deployment), .linked(let deployment):
            let expected = state.withLock(\.expectedSeconds)
            publish(.deployment(DeploymentSummary(deployment, expectedSeconds: expected)))
        case .log(let line): publish(.log(line))
        case .engine(_, let state): publish(.engine(state))
        case .hook(_, let state): publish(.hook(state))
        case .apps(_, let report): publish(.apps(report))
        case .audit(let entry): publish(.audit(entry))
        case .databaseRecreated: publishLoss()
        case .branch, .announced, .dependency, .cancellation, .storageFailed: break
        }
    }

    private func publish(_ event: ControlEvent) {
        state.withLock { state in
            state.last.number += 1
            if state.recent.count == 2 * Self.historyLimit { state.recent.removeFirst(Self.historyLimit) }
            state.recent.append(ControlFrame(id: state.last, event: event))
            state.signal()
        }
    }

    /// Requests a snapshot of every subscriber, also of those that reconnect: the rows that they show no longer exist.
    private func publishLoss() {
        state.withLock { state in
            state.last.number += 1
            state.recent = []
            state.signal()
        }
    }
}

extension EngineChange {
    fileprivate var isSuccess: Bool {
        if case .deployment(let deployment) = self { deployment.stage == .succeeded } else { false }
    }
}

extension ControlFeed.State {
    /// The number of events after the position; nil if they are not all kept.
    fileprivate func lag(of position: ControlEventID) -> Int? {
        let lag = last.number - position.number
        return position.isBefore(orAt: last) && lag <= recent.count ? lag : nil
    }

    /// Those that have not looked since their last signal need no other.
    fileprivate mutating func signal() {
        for (id, listener) in listeners where !listener.isSignalled {
            listeners[id]?.isSignalled = true
            listener.continuation.yield()
        }
    }
}

/// One client's place among the listeners of the feed.
struct ControlSubscription: Sendable {
    fileprivate let id: UUID
    /// Signals events; ends with the feed.
    let signals: AsyncStream<Void>
    fileprivate let feed: ControlFeed

    /// The events after the position.
    /// - Parameter isContinuing: Whether the client reconnects: it gets every event that is kept, however many there are.
    func next(after position: ControlEventID, isContinuing: Bool = false) -> ControlFeed.Next {
        feed.next(after: position, for: id, isContinuing: isContinuing)
    }
}

/// The position of an event in the stream of one engine.
struct ControlEventID: Equatable, Sendable, LosslessStringConvertible {
    /// Differs for each run of the engine, which starts counting from 0.
    let run: UInt32
    var number: Int

    static func beginning() -> ControlEventID {
        ControlEventID(run: .random(in: .min ... .max), number: 0)
    }

    private init(run: UInt32, number: Int) {
        self.run = run
        self.number = number
    }

    /// Reads `RUN-NUMBER`.
    init?(_ description: String) {
        let parts = description.split(separator: "-")
        guard parts.count == 2, let run = UInt32(parts[0], radix: 16), let number = Int(parts[1]) else { return nil }
        self.init(run: run, number: number)
    }

    var description: String { "\(String(run, radix: 16))-\(number)" }

    func isBefore(orAt other: ControlEventID) -> Bool {
        run == other.run && number <= other.number
    }
}
