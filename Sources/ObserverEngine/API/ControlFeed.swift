import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Numbers every change and passes it to the subscribers of the control API.
package final class ControlFeed: Service {
    /// One numbered event.
    struct Numbered: Sendable {
        let id: ControlEventID
        /// nil if events were dropped here or the database was recreated, so that the subscriber needs a snapshot.
        let event: ControlEvent?
    }

    /// The start of a subscriber's stream.
    struct Subscription: Sendable {
        /// The id of the newest event before the stream.
        let last: ControlEventID
        /// The events since it was last connected; nil if they are no longer kept, and it needs a snapshot.
        let missed: [Numbered]?
        /// Ends when the subscriber reads too slowly.
        let events: AsyncStream<Numbered>
    }

    private struct State {
        var last = ControlEventID.beginning()
        var recent: [Numbered] = []
        var listeners: [UUID: AsyncStream<Numbered>.Continuation] = [:]
    }

    /// Events kept for subscribers that reconnect.
    private static let historyLimit = 2048
    /// Events that a slow subscriber may lag behind before it is dropped.
    private static let capacity = 4096

    private let changes: ChangeBuffer
    private let expectedSeconds: @Sendable () async -> Double?
    private let state = Mutex(State())

    /// - Parameter expectedSeconds: The usual duration of a deployment.
    init(feed: ChangeFeed, recentLog: RecentLog, expectedSeconds: @escaping @Sendable () async -> Double?) {
        changes = feed.buffer(of: 8192)
        self.expectedSeconds = expectedSeconds
        recentLog.listen { [weak self] in self?.publish(.log($0)) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.publishChanges() }
        // Open streams would delay the shutdown of the server. Finishing one calls back into the lock.
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.finish() }
    }

    private func publishChanges() async {
        var expected = await expectedSeconds()
        for await _ in changes.signals {
            let batch = changes.take()
            if batch.hasLost { publishLoss() }
            for change in batch.changes {
                // The rows that subscribers show no longer exist.
                if case .databaseRecreated = change { publishLoss() }
                if let event = Self.event(for: change, expectedSeconds: expected) { publish(event) }
                if case .deployment(let deployment) = change, deployment.stage == .succeeded {
                    expected = await expectedSeconds()
                }
            }
        }
    }

    /// - Parameter known: The last event that the subscriber received; nil for a new one.
    func subscribe(after known: ControlEventID?) -> Subscription {
        let id = UUID()
        let (events, continuation) = AsyncStream.makeStream(
            of: Numbered.self, bufferingPolicy: .bufferingOldest(Self.capacity))
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[id] = nil }
        }
        return state.withLock { state in
            state.listeners[id] = continuation
            let oldest = state.recent.first?.id.number ?? state.last.number + 1
            let missed = known.flatMap { known in
                known.isBefore(orAt: state.last) && known.number >= oldest - 1
                    ? state.recent.filter { $0.id.number > known.number } : nil
            }
            return Subscription(last: state.last, missed: missed, events: events)
        }
    }

    private func publish(_ event: ControlEvent) {
        publish { state in
            let numbered = Numbered(id: state.last, event: event)
            if state.recent.count == 2 * Self.historyLimit { state.recent.removeFirst(Self.historyLimit) }
            state.recent.append(numbered)
            return numbered
        }
    }

    /// Requests a snapshot of every subscriber, also of those that reconnect.
    private func publishLoss() {
        publish { state in
            state.recent = []
            return Numbered(id: state.last, event: nil)
        }
    }

    private func publish(_ numbered: (inout State) -> Numbered) {
        let dropped = state.withLock { state in
            state.last.number += 1
            let numbered = numbered(&state)
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
        case .apps(_, let report): .apps(report)
        case .branch, .dependency, .cancellation, .databaseRecreated: nil
        }
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
