import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("A repository that GitHub spells with other capitals")
struct RepositorySpellingTests {
    private static let spelling = RepositoryName(owner: "MHausenblas", name: "S4D")

    @Test("a push is stored with the configured name, and lifts the hold of a rollback")
    func push() async throws {
        try await withReceiver { world in
            try await world.pause()
            _ = try await world.engine.store.hold(try Sample.request(9, trigger: .rollback), because: .rollback)
            let answer = await world.deliver(body: Payload.push(repository: Self.spelling.description).text)
            #expect(answer?.status == 202)
            let delivery = try #require(try await world.engine.store.deliveries(limit: 1).first)
            #expect(delivery.repository == world.configuration.branch.repository)
            #expect(try await world.deployments().first?.request.branch == world.configuration.branch)
            #expect(try await world.engine.store.heldAt() == nil)
        }
    }

    @Test("a rollback to a deployment that was stored with GitHub's spelling holds the watched branch")
    func rollback() async throws {
        try await withReceiver { world in
            try await world.pause()
            var request = try Sample.request(1)
            request.branch = WatchedBranch(repository: Self.spelling, name: request.branch.name)
            var stored = try await world.engine.store.enqueue(request)
            stored.advance(to: .fetching, at: Sample.now)
            stored.finish(as: .succeeded, outcome: "done", at: Sample.now)
            try await world.engine.store.save(stored)
            _ = try await world.control().perform(.rollback(deployment: stored.id, seenCurrent: nil))
            #expect(try await world.engine.store.heldAt() == stored.commit)
            #expect(try await world.deployments().first?.request.branch == world.configuration.branch)
        }
    }

    @Test("a push to another repository is stored with that repository's name")
    func other() async throws {
        try await withReceiver { world in
            await world.deliver(body: Payload.push(repository: "mhausenblas/s4d-fork").text)
            let delivery = try #require(try await world.engine.store.deliveries(limit: 1).first)
            #expect(delivery.verdict == .ignored && delivery.repository.name == "s4d-fork")
        }
    }
}

extension World {
    /// Keeps the deployer from starting the deployments that a test stores.
    @discardableResult
    fileprivate func pause() async throws -> BranchState {
        try await engine.store.changeBranchState(of: configuration.branch) {
            $0.decisions.decide(pause: Pause(), at: Date())
        }
    }
}
