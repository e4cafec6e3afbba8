import Simulators
import Testing

@testable import ObserverEngine

@Suite("Deploying the head while a push arrives")
struct DeployHeadTests {
    @Test("a push that arrives while GitHub reports the head before it is deployed, and not superseded")
    func moved() async throws {
        try await withObserver { world in
            let first = try await world.deploy(mem: 32)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let gate = AnswerGate()
            world.gitHub.inject(
                Fault(.get, "/repos/mhausenblas/s4d/branches/dcos", times: 1, effect: .hold(gate)))
            async let answer = control.perform(.deploy(commit: nil, force: false))
            try await gate.holding()
            let push = try await world.push(mem: 64)
            try await world.deployment(of: push.after) { $0.wait?.rule == .pause }
            gate.open()
            let id = try await answer.deployment
            let newest = try #require(try await world.deployments().first)
            #expect(newest.id == id && newest.commit.description == push.after)
            #expect(newest.request.trigger == .operator)
            #expect(try await world.deployments().filter { $0.commit == first.commit }.map(\.id) == [first.id])
        }
    }

    @Test("a head that the operator did not see is not deployed")
    func unseen() async throws {
        try await withObserver { world in
            let seen = try await world.deploy(mem: 32).commit.description
            let control = try await world.control()
            let push = try await world.push(mem: 64, deliver: false)
            let failure = try await refusal {
                try await control.perform(.deploy(commit: nil, force: false, seenHead: seen))
            }
            let short = push.after.shortCommit
            #expect(failure?.description == "The head of dcos moved to \(short); nothing was deployed.")
            let answer = try await control.perform(.deploy(commit: nil, force: false, seenHead: push.after))
            #expect(try await world.deployment(of: push.after, in: .succeeded).id == answer.deployment)
        }
    }

    @Test("the store queues no head that GitHub reported before a newer deployment was queued")
    func outdated() async throws {
        try await withStore { store in
            let newest = try await store.newestID(of: Sample.branch)
            let push = try await store.enqueue(try Sample.request(2))
            let old = try Sample.request(1, trigger: .operator)
            #expect(try await store.enqueueHead(old, askedAfter: newest) == nil)
            #expect(try await store.queued(of: Sample.branch).first?.id == push.id)
            #expect(try await store.branchState(of: Sample.branch).head == nil)
            let head = try Sample.request(2, trigger: .operator)
            let queued = try await store.enqueueHead(head, askedAfter: push.id)
            #expect(queued?.deployment.commit == push.commit && queued?.hold == nil)
        }
    }
}
