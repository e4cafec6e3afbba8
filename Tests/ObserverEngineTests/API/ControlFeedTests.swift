import Foundation
import NIOCore
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Event stream")
struct ControlFeedTests {
    @Test("the stream starts with a snapshot, then sends every change in order", arguments: ControlTransport.allCases)
    func snapshotFirst(transport: ControlTransport) async throws {
        try await withObserver(.administered) { world in
            var events = try await world.control(over: transport).events().makeAsyncIterator()
            let first = try #require(try await events.next())
            guard case .snapshot(let snapshot) = first.event else {
                Issue.record("started with \(first.event)")
                return
            }
            #expect(snapshot.deployments.isEmpty && snapshot.hook.registration == .registered)
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let stages = try await events.stages(of: push.after)
            #expect(stages.first == .queued && stages.last == .succeeded)
        }
    }

    @Test("a running deployment includes the duration expected from earlier ones")
    func expectedDuration() async throws {
        try await withObserver { world in
            let earlier = try await world.deploy(mem: 32)
            let expected = try #require(earlier.duration(now: .now)?.seconds)
            var events = try await world.control().events().makeAsyncIterator()
            try await world.deploy(mem: 64)
            while let event = try await events.next()?.event {
                guard case .deployment(let row) = event, row.stage == .waiting else { continue }
                let shown = try #require(row.expectedSeconds)
                // A Duration rounds the seconds that the database calculates exactly.
                #expect(abs(shown - expected) < 0.001)
                break
            }
        }
    }

    @Test("the stream continues after the last event read, without loss or repeats")
    func continues() async throws {
        try await withObserver { world in
            let control = try await world.control()
            var whole = try await control.events().makeAsyncIterator()
            let seen = try #require(try await whole.next()?.number)
            _ = try await control.perform(.pause())
            _ = try await control.perform(.resume())
            var rest = try await control.events(after: seen).makeAsyncIterator()
            var last = seen
            for _ in 1...2 {
                let expected = try #require(try await whole.next())
                let found = try #require(try await rest.next(after: last))
                last = try #require(found.number)
                #expect(found.number == expected.number)
                #expect(found.event == expected.event)
            }
        }
    }

    @Test("a stream that continues after many events sends them all, in order")
    func continuesLater() async throws {
        try await withObserver { world in
            let control = try await world.control()
            var whole = try await control.events().makeAsyncIterator()
            let seen = try #require(try await whole.next()?.number)
            for number in 1...100 {
                let outcome = await world.gitHub.deliver(event: "star", payload: .object([:]), guid: "star-\(number)")
                try #require(outcome.answer?.status == 200)
            }
            var rest = try await control.events(after: seen).makeAsyncIterator()
            var guids: [String] = []
            while guids.last != "star-100", let event = try await rest.next()?.event {
                guard case .delivery(let delivery) = event, delivery.event == "star" else { continue }
                guids.append(delivery.guid)
            }
            #expect(guids == (1...100).map { "star-\($0)" })
        }
    }

    @Test("a stream that continues starts with the state of the engine if nothing was missed")
    func continuesQuietly() async throws {
        try await withObserver { world in
            let control = try await world.control()
            var whole = try await control.events().makeAsyncIterator()
            var seen = try #require(try await whole.next()?.number)
            _ = try await control.perform(.pause())
            while let event = try await whole.next() {
                seen = event.number ?? seen
                if case .engine(let state) = event.event, state.isPaused { break }
            }
            let last = seen
            try await withTimeout(.seconds(5 * Slowness.factor)) {
                var rest = try await control.events(after: last).makeAsyncIterator()
                while let event = try await rest.next()?.event {
                    guard case .engine(let state) = event else { continue }
                    #expect(state.isPaused)
                    break
                }
            }
        }
    }

    @Test(
        "the stream starts with a snapshot again if the event number is unknown or invalid",
        arguments: ["1", "0-1", "x", "ffff-9999999"])
    func startsAgain(number: String) async throws {
        try await withObserver { world in
            var events = try await world.control().events(after: number).makeAsyncIterator()
            let first = try #require(try await events.next())
            if case .snapshot = first.event { return }
            Issue.record("started with \(first.event)")
        }
    }

    @Test("if the database was recreated, every subscriber needs a snapshot, also one that reconnects")
    func recreated() async throws {
        let changes = ChangeFeed()
        let feed = ControlFeed(feed: changes, recentLog: RecentLog()) { nil }
        let subscription = feed.subscribe()
        let beginning = feed.last
        var signals = subscription.signals.makeAsyncIterator()
        _ = await signals.next()
        _ = subscription.next(after: beginning)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await feed.run() }
            changes.post([.databaseRecreated])
            _ = await signals.next()
            for isContinuing in [false, true] {
                guard case .snapshot = subscription.next(after: beginning, isContinuing: isContinuing) else {
                    Issue.record("expected a snapshot")
                    return
                }
            }
            group.cancelAll()
        }
    }

    @Test("a client that is far behind gets a snapshot instead of every event, and one that reconnects gets them all")
    func farBehind() async throws {
        let log = RecentLog()
        let feed = ControlFeed(feed: ChangeFeed(), recentLog: log) { nil }
        let subscription = feed.subscribe()
        let beginning = feed.last
        for number in 1...600 { log.append(level: .info, verb: "test", text: "\(number)") }
        guard case .snapshot = subscription.next(after: beginning),
            case .events(let all) = subscription.next(after: beginning, isContinuing: true)
        else {
            Issue.record("expected a snapshot, and all events")
            return
        }
        #expect(all.map(\.id.number) == Array(beginning.number + 1...beginning.number + 600))
    }

    @Test("every client is sent the same bytes of an event")
    func encodedOnce() throws {
        let frame = ControlFrame(
            id: .beginning(), event: .log(LogLine(sequence: 1, at: Sample.now, verb: "a", text: "b")))
        let addresses = try (1...2).map { _ in
            try frame.bytes.withUnsafeReadableBytes { UInt(bitPattern: $0.baseAddress) }
        }
        #expect(Set(addresses).count == 1)
    }

    @Test("a stream continues with a snapshot when the database was recreated")
    func snapshotAfterLoss() async throws {
        try await withObserver { world in
            var events = try await world.control().events().makeAsyncIterator()
            _ = try await events.next()
            world.engine.store.feed.post([.databaseRecreated])
            while let event = try await events.next()?.event {
                if case .snapshot = event { return }
            }
            Issue.record("The stream ended without a snapshot.")
        }
    }

    @Test("a change is numbered before its publisher continues, so that none of a burst is lost")
    func synchronous() {
        let changes = ChangeFeed()
        let feed = ControlFeed(feed: changes, recentLog: RecentLog()) { nil }
        let beginning = feed.last
        let line = LogLine(sequence: 1, at: Sample.now, verb: "test", text: "line", deployment: 1)
        changes.post(Array(repeating: .log(line), count: 20_000))
        #expect(feed.last.number == beginning.number + 20_000)
    }

    @Test("an open stream ends with the engine")
    func endsWithEngine() async throws {
        try await withObserver { world in
            var events = try await world.control().events().makeAsyncIterator()
            _ = try await events.next()
            world.engine.stop()
            while try await events.next() != nil {}
            try await withTimeout(.seconds(4 * Slowness.factor)) { try await world.ended.get() }
        }
    }

    @Test("a client that does not read is disconnected, and neither it nor an idle stream delays the shutdown")
    func slowReader() async throws {
        try await withObserver { world in
            let control = try await world.control()
            var idle = try await control.events().makeAsyncIterator()
            _ = try await idle.next()
            let stuck = try await control.events()
            let padding = String(repeating: "x", count: 2000)
            for number in 1...6000 {
                world.engine.status.update { $0.problem = "problem \(number) \(padding)" }
            }
            #expect(try await control.engine().problem == "problem 6000 \(padding)")
            world.engine.stop()
            try await withTimeout(.seconds(4 * Slowness.factor)) { try await world.ended.get() }
            withExtendedLifetime(stuck) {}
        }
    }
}

extension ControlEvents.Iterator {
    /// Skips the state of the engine after the missed events, which has no number of its own.
    fileprivate mutating func next(after number: String) async throws -> Element? {
        while let element = try await next() {
            if element.number != nil, element.number != number { return element }
        }
        return nil
    }

    /// Returns the stages of a deployment in the order of their events, until it is finished.
    fileprivate mutating func stages(of commit: String) async throws -> [DeploymentSummary.Stage] {
        var stages: [DeploymentSummary.Stage] = []
        while let event = try await next()?.event {
            guard case .deployment(let summary) = event, summary.commit == commit else { continue }
            stages.append(summary.stage)
            if summary.stage.isFinal { break }
        }
        return stages
    }
}
