import Testing

@testable import ObserverEngine

@Suite("A repository that the settings write with other capitals")
struct SpellingTests {
    @Test("is the same one, as is its branch, whose own name must be the same")
    func equality() {
        #expect(Sample.shouted == Sample.branch && Set([Sample.shouted, Sample.branch]).count == 1)
        #expect(Sample.shouted.key == "mhausenblas/s4d:dcos")
        let other = WatchedBranch(repository: Sample.repository, name: "DCOS")
        #expect(other != Sample.branch && other.key != Sample.branch.key)
        #expect(Sample.staging != Sample.branch)
    }

    @Test("keeps its pause, hold and webhook, and has one row")
    func decisions() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .succeeded)
            _ = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback, reason: "slow")
            try await store.changeBranchState(of: Sample.branch) {
                $0.hookID = 7
                $0.decisions.decide(pause: Pause(reason: "night"), at: Sample.now)
            }
            let kept = try await store.branchState(of: Sample.shouted)
            #expect(kept == (try await store.branchState(of: Sample.branch)))
            #expect(kept.hookID == 7 && kept.pause?.reason == "night" && kept.hold?.reason == "slow")
            try await store.changeBranchState(of: Sample.shouted) { $0.decisions.decide(pause: nil, at: Sample.now) }
            #expect(try await !store.branchState(of: Sample.branch).isPaused)
            #expect(try await store.branchState(of: Sample.branch).heldCommit == (try Sample.commit(1)))
            let other = WatchedBranch(repository: Sample.repository, name: "DCOS")
            #expect(try await store.branchState(of: other) == BranchState())
        }
    }

    @Test("keeps its deployments and the heads that need none")
    func rows() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let skipped = CommitInfo(try Sample.commit(2), previous: try Sample.commit(1))
            #expect(try await store.skip(skipped, because: .message, on: Sample.branch))
            #expect(try await store.deployments(of: Sample.shouted, limit: 10).count == 1)
            #expect(try await store.wantedCommit(at: skipped.id, of: Sample.shouted) == (try Sample.commit(1)))
        }
    }

    @Test("is notified of a change that a row with the earlier name causes")
    func changes() async throws {
        try await withStore { store in
            let changes = store.feed.changes { if case .branch(Sample.shouted, _) = $0 { true } else { false } }
            try await store.changeBranchState(of: Sample.branch) { $0.hookID = 7 }
            var found: Int?
            for await case .branch(_, let state) in changes {
                found = state.hookID
                break
            }
            #expect(found == 7)
        }
    }
}
