import ObserverEngine
import Testing

@Suite("Deliveries in the store")
struct DeliveryKeyTests {
    @Test("a delivery is known by its hook and its GUID together")
    func key() async throws {
        try await withStore { store in
            #expect(try await store.record(Sample.delivery("a", hookID: 1)).delivery.verdict == .ping)
            #expect(try await store.record(Sample.delivery("a", hookID: 2)).delivery.verdict == .ping)
            #expect(try await store.record(Sample.delivery("b", hookID: 1)).delivery.verdict == .ping)
            let again = try await store.record(Sample.delivery("a", hookID: 1))
            #expect(again.delivery.verdict == .duplicate)
            #expect(again.delivery.id == 1)
            #expect(try await store.deliveryCount() == 3)
        }
    }

    @Test("a store that is opened again still knows its deliveries")
    func reopened() async throws {
        let directory = try temporaryDirectory()
        _ = try await Store(directory: directory).record(Sample.delivery("a"))
        let again = try await Store(directory: directory).record(Sample.delivery("a"))
        #expect(again.delivery.verdict == .duplicate)
    }

    @Test("a duplicate changes nothing and tells nobody")
    func silence() async throws {
        try await withStore { store in
            _ = try await store.record(Sample.delivery("a"))
            var changes = store.feed.changes().makeAsyncIterator()
            _ = try await store.record(Sample.delivery("a"))
            _ = try await store.record(Sample.delivery("b"))
            guard case .delivery(let told) = await changes.next() else {
                Issue.record("expected to hear of a delivery")
                return
            }
            #expect(told.key.guid == "b")
        }
    }
}
