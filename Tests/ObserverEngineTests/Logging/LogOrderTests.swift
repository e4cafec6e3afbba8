import Simulators
import Synchronization
import Testing

@testable import ObserverEngine

@Suite("The order of the log")
struct LogOrderTests {
    @Test("a cause is logged before its effect: push, start, failure, and that the head is not deployed")
    func failure() async throws {
        try await withObserver { world in
            for number in 1...3 {
                let push = try await world.gitHub.push(
                    files: ["dploy.app": Files.descriptor, "specs/web.json": "{ \(number)"])
                try await world.deployment(of: push.after, in: .failed)
                let short = push.after.shortCommit
                try await world.log.wait(for: "Head \(short) is not deployed")
                let lines = world.log.all
                let places = ["Noticed a push", "Deployment started", "Deployment failed", "Head \(short) is not"].map {
                    words in lines.firstIndex { $0.contains(words) && $0.contains(short) }
                }
                let found = places.compactMap(\.self)
                #expect(found.count == 4 && found == found.sorted(), "\(places)\n\(lines.joined(separator: "\n"))")
            }
        }
    }

    @Test("what is logged about a stored delivery comes before anyone is signalled")
    func stored() async throws {
        try await withStore { store in
            let events = Mutex<[String]>([])
            let signals = store.feed.changes { change in
                if case .delivery = change { events.withLock { $0.append("signal") } }
                return false
            }
            _ = try await store.record(Sample.push("a", of: 2, from: 1)) { recorded in
                events.withLock { $0.append("stored \(recorded.deployment?.id ?? 0)") }
            }
            withExtendedLifetime(signals) {}
            #expect(events.withLock(\.self) == ["stored 1", "signal"])
        }
    }
}
