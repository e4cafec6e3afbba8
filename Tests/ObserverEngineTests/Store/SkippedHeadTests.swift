import ObserverEngine
import Testing

@Suite("Heads that need no deployment")
struct SkippedHeadTests {
    private func commit(_ number: Int, after previous: Int?) throws -> CommitInfo {
        CommitInfo(try Sample.commit(number), previous: try previous.map(Sample.commit))
    }

    @Test("the newest head that is not skipped is the commit that should run")
    func chain() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            #expect(try await store.skip(try commit(2, after: 1), because: .paths, on: Sample.branch))
            #expect(try await store.skip(try commit(3, after: 2), because: .message, on: Sample.branch))
            let wanted = try await store.wantedCommit(at: try Sample.commit(3), of: Sample.branch)
            #expect(wanted == (try Sample.commit(1)))
            let decision = try await store.decision(
                on: try Sample.commit(3), of: Sample.branch, hasReportedFailure: false)
            #expect(decision == .known)
        }
    }

    @Test("a head that was deployed after all counts as itself")
    func deployed() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            #expect(try await store.skip(try commit(2, after: 1), because: .paths, on: Sample.branch))
            _ = try await store.run(2, to: .succeeded)
            let wanted = try await store.wantedCommit(at: try Sample.commit(2), of: Sample.branch)
            #expect(wanted == (try Sample.commit(2)))
            #expect(try await !store.skip(try commit(2, after: 1), because: .paths, on: Sample.branch))
        }
    }

    @Test("one whose requested deployment ended before it started is still skipped")
    func requested() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            #expect(try await store.skip(try commit(2, after: 1), because: .message, on: Sample.branch))
            let requested = try await store.enqueue(try Sample.request(2, trigger: .operator))
            let head = try Sample.commit(2)
            #expect(try await store.wantedCommit(at: head, of: Sample.branch) == head)
            try await store.cancelQueued(requested.id, by: "ann")
            #expect(try await store.wantedCommit(at: head, of: Sample.branch) == (try Sample.commit(1)))
        }
    }

    @Test("what blocks the commit before a skipped head names that commit in its remedy")
    func blocked() throws {
        let sentence = HeadBlock.cancelled(deployment: 4).sentence(of: try Sample.commit(1), isHead: false)
        #expect(sentence.hasPrefix("Commit 1aaaaaa is not deployed: deployment 4 was cancelled"))
        #expect(sentence.hasSuffix("run 'observer deploy 1aaaaaa' to deploy it."))
    }

    @Test("a push is skipped by its paths on top of a commit that a hold keeps back, which the end of the hold deploys")
    func heldBack() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.enqueue(try Sample.request(2))
            let rollback = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
            #expect(try await store.deployment(rollback.id)?.stage == .queued)
            #expect(try await store.skip(try commit(3, after: 2), because: .paths, on: Sample.branch))
            let head = try Sample.commit(3)
            #expect(try await store.wantedCommit(at: head, of: Sample.branch) == (try Sample.commit(2)))
            try await store.note(head: try Sample.commit(2), of: Sample.branch)
            let held = try await store.decision(on: head, of: Sample.branch, hasReportedFailure: false)
            guard case .blocked(.held) = held else { return #expect(Bool(false), "\(held)") }
            _ = try await store.resume(Sample.branch)
            let wanted = try await store.decision(on: head, of: Sample.branch, hasReportedFailure: false)
            #expect(wanted == .missed)
        }
    }

    @Test(
        "the deployment of an earlier commit holds the branch, although the head is skipped", arguments: [true, false])
    func chosen(isKnown: Bool) async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .succeeded)
            if isKnown { #expect(try await store.skip(try commit(3, after: 2), because: .message, on: Sample.branch)) }
            let (wanted, head) = (try Sample.commit(isKnown ? 2 : 3), try Sample.commit(3))
            let chosen = try await store.hold(
                try Sample.request(1, trigger: .operator), because: .deploy, head: head)
            #expect(try await store.branchState(of: Sample.branch).head == wanted)
            #expect(try await store.reconcile(3) == nil)
            #expect(try await store.isHeld(at: 1))
            #expect(try await store.deployment(chosen.id)?.stage == .queued)
            _ = try await store.resume(Sample.branch)
            #expect(try await store.reconcile(3)?.commit == wanted)
        }
    }

    @Test("a head is not skipped on top of itself")
    func itself() async throws {
        try await withStore { store in
            let head = try commit(1, after: 1)
            #expect(try await !store.skip(head, because: .message, on: Sample.branch))
        }
    }

    @Test("a push is not skipped by its paths on top of a commit that the end of the hold does not deploy")
    func heldBackAndCancelled() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let push = try await store.enqueue(try Sample.request(2))
            try await store.note(head: push.commit, of: Sample.branch)
            try await store.cancelQueued(push.id, by: "ann")
            _ = try await store.hold(try Sample.request(1, trigger: .rollback), because: .rollback)
            #expect(try await !store.skip(try commit(3, after: 2), because: .paths, on: Sample.branch))
        }
    }

    @Test("a push is not skipped by its paths where something before it would never be deployed")
    func undeployed() async throws {
        try await withStore { store in
            #expect(try await !store.skip(try commit(2, after: 1), because: .paths, on: Sample.branch))
            #expect(try await !store.skip(try commit(2, after: nil), because: .paths, on: Sample.branch))
            _ = try await store.run(1, to: .succeeded)
            #expect(try await store.skip(try commit(2, after: 1), because: .message, on: Sample.branch))
            #expect(try await !store.skip(try commit(3, after: 2), because: .paths, on: Sample.branch))
        }
    }

    @Test("a first head that is skipped blocks the branch with its reason")
    func first() async throws {
        try await withStore { store in
            #expect(try await store.skip(try commit(1, after: nil), because: .message, on: Sample.branch))
            let decision = try await store.decision(
                on: try Sample.commit(1), of: Sample.branch, hasReportedFailure: false)
            #expect(decision == .blocked(.skipped(.message)))
            let sentence = HeadBlock.skipped(.message).sentence(of: try Sample.commit(1))
            #expect(sentence.contains("contains [skip deploy]. Push again, or run 'observer deploy' to deploy it."))
        }
    }
}
