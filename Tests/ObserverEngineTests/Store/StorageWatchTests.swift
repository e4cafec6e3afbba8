import ObserverEngine
import Testing

@Suite("Storage that does not work")
struct StorageWatchTests {
    @Test("is shown as a problem until it works again")
    func problem() async throws {
        try await withObserver { world in
            try await withLockedStore(in: world.configuration.state.directory) {
                _ = await #expect(throws: (any Error).self) { try await world.control().perform(.pause()) }
                let engine = try await world.engine { $0.problem != nil }
                #expect(
                    engine.problem
                        == "Nothing can be stored. Database error: another program keeps it locked. Stop that program. "
                        + "Deliveries are rejected with 503 and recovered later.")
            }
            try await world.engine { $0.problem == nil }
        }
    }
}
