import Foundation
import Synchronization
import Testing

@testable import ObserverEngine

@Suite("Order of changes")
struct ChangeOrderTests {
    @Test("changes of rows are published in the order of their commits")
    func rows() async throws {
        try await withStore { store in
            let published = SlowSubscriber<Int64>()
            let subscription = store.feed.signals { change in
                if case .deployment(let row) = change, row.stage == .queued { published.receive(row.id) }
                return false
            }
            async let first = store.enqueue(try Sample.request(1))
            try await published.started.get()
            let second = try await store.enqueue(try Sample.request(2))
            #expect(published.values == [try await first.id, second.id])
            withExtendedLifetime(subscription) {}
        }
    }

    @Test("changes of the state are published in the order in which they happened")
    func state() async throws {
        let feed = ChangeFeed()
        let status = BranchStatus(configuration: try Self.configuration(), instance: "test", feed: feed)
        let published = SlowSubscriber<Int>()
        let subscription = feed.signals { change in
            if case .engine(_, let state) = change, let number = state.rateLimitRemaining { published.receive(number) }
            return false
        }
        let first = onItsOwnThread { status.note(rateLimitRemaining: 2) }
        try await published.started.get()
        status.note(rateLimitRemaining: 1)
        try await first.get()
        #expect(published.values == [2, 1])
        withExtendedLifetime(subscription) {}
    }

    @Test("the state of a branch is shown before its change is returned")
    func branch() async throws {
        try await withStore { store in
            let configuration = try Self.configuration()
            let status = BranchStatus(configuration: configuration, instance: "test", feed: store.feed)
            try await store.changeBranchState(of: configuration.branch) {
                $0.decisions.decide(pause: Pause(), at: Date())
            }
            #expect(status.engine.isPaused)
        }
    }

    @Test("subscribers that are signalled of a change of a branch find it in the state that listeners keep")
    func listenersFirst() async throws {
        try await withStore { store in
            let configuration = try Self.configuration()
            let status = BranchStatus(configuration: configuration, instance: "test", feed: store.feed)
            let wasShown = Mutex<[Bool]>([])
            let subscription = store.feed.signals { change in
                if case .branch = change { wasShown.withLock { $0.append(status.engine.isPaused) } }
                return false
            }
            try await store.changeBranchState(of: configuration.branch) {
                $0.decisions.decide(pause: Pause(), at: Date())
            }
            #expect(wasShown.withLock(\.self) == [true])
            withExtendedLifetime(subscription) {}
        }
    }

    @Test("lines of the log are published in their order")
    func lines() async throws {
        let recent = RecentLog()
        let published = SlowSubscriber<Int64>()
        recent.listen { published.receive($0.sequence) }
        let first = onItsOwnThread { recent.append(level: .info, verb: "test", text: "first") }
        try await published.started.get()
        recent.append(level: .info, verb: "test", text: "second")
        try await first.get()
        #expect(published.values == [1, 2])
    }

    @Test("rejected deliveries are published in their order")
    func rejections() async throws {
        let feed = ChangeFeed()
        let rejected = RejectedDeliveries(feed: feed)
        let published = SlowSubscriber<Int64>()
        let subscription = feed.signals { change in
            if case .rejection(let entry) = change { published.receive(entry.id) }
            return false
        }
        let entry = RejectedDeliveries.Entry(
            at: Sample.now, status: 401, reason: "test", event: nil, guid: nil)
        let first = onItsOwnThread { rejected.note(entry) }
        try await published.started.get()
        rejected.note(entry)
        try await first.get()
        #expect(published.values == [-1, -2])
        withExtendedLifetime(subscription) {}
    }

    /// The subscriber must not block a thread that the test itself needs.
    /// - Returns: A latch that is set when the body has returned.
    private func onItsOwnThread(_ body: @escaping @Sendable () -> Void) -> Latch<Void> {
        let returned = Latch<Void>()
        DispatchQueue(label: "test").async {
            body()
            returned.set(())
        }
        return returned
    }

    private static func configuration() throws -> Configuration {
        var reader = ConfigurationReader(
            sources: SettingSources(
                flags: [.owner: "mhausenblas", .repo: "s4d", .pat: "token", .publicNode: "127.0.0.1"],
                environment: [:], directory: try temporaryDirectory()))
        return try reader.read()
    }
}

/// Records values in the order in which it has processed them, and takes long for the first one.
private final class SlowSubscriber<Value: Sendable>: Sendable {
    let started = Latch<Void>()
    private let received = Mutex<[Value]>([])
    private let hasStarted = Atomic(false)

    var values: [Value] { received.withLock(\.self) }

    func receive(_ value: Value) {
        if !hasStarted.exchange(true, ordering: .relaxed) {
            started.set(())
            Thread.sleep(forTimeInterval: 0.3)
        }
        received.withLock { $0.append(value) }
    }
}
