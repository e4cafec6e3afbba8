import Testing

@testable import ObserverEngine

@Suite("Queued corrections of drift")
struct QueuedCorrectionTests {
    private func correct(_ number: Int, in store: Store) async throws -> Deployment? {
        try await store.enqueueCorrection(try Sample.request(number, trigger: .drift))
    }

    @Test("the commit of the last success is queued, a commit from before it is not")
    func lastSuccess() async throws {
        try await withStore { store in
            #expect(try await correct(1, in: store) == nil)
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .succeeded)
            #expect(try await correct(1, in: store) == nil)
            #expect(try await store.all().map(\.stage) == [.succeeded, .succeeded])
            let correction = try await correct(2, in: store)
            #expect(correction?.commit == (try Sample.commit(2)))
            #expect(correction?.request.trigger == .drift)
        }
    }

    @Test("a failure after the last success does not prevent it")
    func failure() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .failed)
            #expect(try await correct(2, in: store) == nil)
            #expect(try await correct(1, in: store) != nil)
        }
    }

    @Test(
        "nothing is queued while a deployment is queued or running",
        arguments: [Deployment.Stage.fetching, .validating, .applying, .waiting])
    func busy(stage: Deployment.Stage) async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let running = try await store.run(2, to: stage)
            #expect(try await correct(1, in: store) == nil)
            #expect(try await store.all().last?.id == running.id)
        }
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let queued = try await store.enqueue(try Sample.request(2))
            #expect(try await correct(1, in: store) == nil)
            #expect(try await store.all().map(\.stage) == [.succeeded, .queued])
            #expect(try await store.all().last?.id == queued.id)
        }
    }
}
