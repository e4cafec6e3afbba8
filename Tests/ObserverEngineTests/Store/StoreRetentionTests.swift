import Foundation
import ObserverEngine
import Testing

@Suite("What the store forgets")
struct StoreRetentionTests {
    @Test("what is too old goes, what still counts stays")
    func byAge() async throws {
        try await withStore { store in
            for number in 0..<130 { _ = try await store.record(Sample.delivery("\(number)")) }
            for number in 0..<30 {
                _ = try await store.run(number, to: .succeeded)
            }
            _ = try await store.enqueue(try Sample.request(30))
            #expect(try await store.forget(before: Sample.now, keeping: .max) == 0)
            #expect(try await store.forget(before: Sample.now + 1, keeping: .max) == 30 + 11)
            // A clock that goes wrong must not make us forget everything.
            #expect(try await store.deliveryCount() == 100)
            #expect(try await store.deliveries(limit: 1).first?.key.guid == "129")
            let left = try await store.all()
            #expect(left.count == 20)
            #expect(left.last?.stage == .queued)
        }
    }

    @Test("where room is short the oldest go, and the disk gets the room back")
    func bySize() async throws {
        try await withStore { store in
            for number in 0..<1000 {
                _ = try await store.record(Sample.delivery("\(number)", padding: 20_000))
            }
            #expect(try await store.size() > 20_000_000)
            let room = 8 * 1024 * 1024
            #expect(try await store.forget(before: .distantPast, keeping: room) > 0)
            #expect(try await store.size() <= room)
            #expect(try await store.fileSize() <= room + 100_000)
            #expect(try await store.deliveries(limit: 1).first?.key.guid == "999")
        }
    }
}
