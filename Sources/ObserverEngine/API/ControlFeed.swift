import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Numbers every change and gives it to those who listen over the control API.
package struct ControlFeed: Service {
    /// One numbered event.
    struct Numbered: Sendable {
        let id: ControlEventID
        let event: ControlEvent
    }

    /// What a listener begins with.
    struct Subscription: Sendable {
        /// Of the newest event before the stream.
        let last: ControlEventID
        /// What it missed since it last listened; nil where that is too long ago, and only a snapshot helps.
        let missed: [Numbered]?
        /// Ends when the listener reads too slowly.
        let events: AsyncStream<Numbered>
    }

    private struct State {
        var last = ControlEventID.beginning()
        var recent: [Numbered] = []
        var listeners: [UUID: AsyncStream<Numbered>.Continuation] = [:]
    }

    /// How many events a listener may have missed and still go on without a snapshot.
    private static let memory = 2048
    /// How far a listener may lag behind before it is dropped.
    private static let patience = 4096

    private let changes: AsyncStream<EngineChange>
    private let expectedSeconds: @Sendable () async -> Double?
    private let shared = Shared()

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// - Parameter expectedSeconds: How long a deployment takes, going by those that have succeeded.
    init(feed: ChangeFeed, recentLog: RecentLog, expectedSeconds: @escaping @Sendable () async -> Double?) {
        changes = feed.changes(buffering: 8192)
        self.expectedSeconds = expectedSeconds
        recentLog.listen { [shared] in Self.publish(.log($0), to: shared) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var expected = await expectedSeconds()
            for await change in changes {
                if let event = Self.event(for: change, expectedSeconds: expected) { Self.publish(event, to: shared) }
                if case .deployment(let deployment) = change, deployment.stage == .succeeded {
                    expected = await expectedSeconds()
                }
            }
        }
        // Streams that are still open would hold up the server's end. Finishing one calls back into the lock.
        let listeners = shared.state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.finish() }
    }

    /// - Parameter known: The last event that the listener has; nil for a new one.
    func subscribe(after known: ControlEventID?) -> Subscription {
        let id = UUID()
        let (events, continuation) = AsyncStream.makeStream(
            of: Numbered.self, bufferingPolicy: .bufferingOldest(Self.patience))
        continuation.onTermination = { [shared] _ in
            shared.state.withLock { $0.listeners[id] = nil }
        }
        return shared.state.withLock { state in
            state.listeners[id] = continuation
            let oldest = state.recent.first?.id.number ?? state.last.number + 1
            let missed = known.flatMap { known in
                known.isBefore(orAt: state.last) && known.number >= oldest - 1
                    ? state.recent.filter { $0.id.number > known.number } : nil
            }
            return Subscription(last: state.last, missed: missed, events: events)
        }
    }

    private static func publish(_ event: ControlEvent, to shared: Shared) {
        let dropped = shared.state.withLock { state in
            state.last.number += 1
            let numbered = Numbered(id: state.last, event: event)
            if state.recent.count == 2 * memory { state.recent.removeFirst(memory) }
            state.recent.append(numbered)
            return state.listeners.values.filter { listener in
                if case .dropped = listener.yield(numbered) { true } else { false }
            }
        }
        for listener in dropped { listener.finish() }
    }

    private static func event(for change: EngineChange, expectedSeconds: Double?) -> ControlEvent? {
        switch change {
        case .delivery(let delivery): .delivery(DeliverySummary(delivery))
        case .rejection(let entry): .delivery(DeliverySummary(entry))
        case .deployment(let deployment): .deployment(DeploymentSummary(deployment, expectedSeconds: expectedSeconds))
        case .log(let line): .log(line)
        case .engine(_, let state): .engine(state)
        case .hook(_, let state): .hook(state)
        case .branch, .cancellation, .databaseRecreated: nil
        }
    }
}

/// The place of an event in the stream of one engine.
struct ControlEventID: Equatable, Sendable, LosslessStringConvertible {
    /// Another one for each run: numbers begin anew with it, and a client's old number means nothing.
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
