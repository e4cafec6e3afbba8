import ServiceLifecycle
import Testing

@testable import ObserverEngine

@Suite("A service of the engine")
struct SupervisedServiceTests {
    private struct Quitter: Service {
        let error: (any Error)?

        func run() async throws {
            if let error { throw error }
        }
    }

    private struct Worker: Service {
        func run() async throws { try await gracefulShutdown() }
    }

    @Test("that ends before a shutdown is an error with its name")
    func quits() async throws {
        for error in [nil, CancellationError()] as [(any Error)?] {
            let ended = await #expect(throws: SupervisedService.EndedEarly.self) {
                try await SupervisedService(service: Quitter(error: error)).run()
            }
            #expect(ended?.description.contains("Quitter ended unexpectedly") == true)
        }
    }

    @Test("that fails fails with its own error")
    func fails() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await SupervisedService(service: Quitter(error: Failure())).run() }
    }

    @Test("starts once it may, and not at all if it is stopped before")
    func begins() async throws {
        let begin = Latch<Int>()
        let service = SupervisedService(service: Quitter(error: nil), begin: begin)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            group.cancelAll()
            try await group.waitForAll()
        }
        begin.set(1)
        await #expect(throws: SupervisedService.EndedEarly.self) { try await service.run() }
    }

    @Test("may end at a shutdown")
    func shutdown() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await SupervisedService(service: Worker()).run() }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
