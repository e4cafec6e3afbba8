import Foundation
import GRDB
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Audit")
struct AuditTests {
    @Test("an action is recorded with who, from where, what and its result")
    func done() async throws {
        try await withObserver(.administered) { world in
            let first = try await world.deploy()
            try await world.deploy(mem: 64)
            let admin = try await world.control(over: .tcp)
            let answer = try await admin.perform(.rollback(deployment: first.id, seenCurrent: nil))
            try await world.control().perform(.pause())
            let entries = try await admin.audit()
            #expect(entries.map(\.id) == [2, 1])
            #expect(entries.map(\.action) == ["pause", "rollback"])
            #expect(entries.map(\.by.origin) == ["socket", "127.0.0.1"])
            #expect(entries[0].by.label == (try await world.user()))
            #expect(entries[1].by.name == "admin" && entries[1].subject == "deployment \(first.id)")
            #expect(entries[1].result == .done && entries[1].answer == answer.result)
            #expect(entries[1].deployment == answer.deployment)
            #expect(try await admin.audit(before: 2, limit: 5).map(\.id) == [1])
            try await world.log.wait(for: "Action rollback (deployment \(first.id)) by admin: done")
        }
    }

    @Test("a rejected action is recorded with the reason")
    func rejected() async throws {
        try await withObserver { world in
            let deployed = try await world.deploy()
            let control = try await world.control()
            let refusal = try await refusal { try await control.perform(.cancel(deployment: deployed.id)) }
            let entry = try #require(try await control.audit().first)
            #expect(entry.result == .rejected && entry.answer == refusal?.description)
            #expect(entry.deployment == deployed.id)
        }
    }

    @Test("an action whose client disconnects is recorded as failed")
    func withdrawn() async throws {
        try await withObserver { world in
            world.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/branches/dcos", times: 1, effect: .hang))
            let control = try await world.control()
            let changes = world.engine.store.feed.changes { if case .audit = $0 { true } else { false } }
            var entries = changes.makeAsyncIterator()
            let request = Task { try await control.perform(.deploy(commit: nil, force: false)) }
            guard case .audit(let started)? = await entries.next() else { throw CancellationError() }
            #expect(started.result == .started && started.subject == "head")
            request.cancel()
            guard case .audit(let ended)? = await entries.next() else { throw CancellationError() }
            #expect(ended.id == started.id && ended.result == .failed)
            #expect(ended.answer == "The client disconnected before the action was complete.")
        }
    }

    @Test("a deployment shows the actions about it")
    func ofDeployment() async throws {
        try await withObserver { world in
            let control = try await world.control()
            try await control.perform(.pause())
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let queued = try await world.deployment(of: push.after, in: .queued)
            try await control.perform(.cancel(deployment: queued.id))
            let detail = try await control.deployment(queued.id)
            #expect(detail.actions.map(\.action) == ["cancel"])
            #expect(detail.summary.outcome == "Cancelled by \(try await world.user()). It had not started.")
        }
    }

    @Test("an entry is sent to every client of the event stream, before and after the action")
    func events() async throws {
        try await withObserver { world in
            let control = try await world.control()
            var events = try await control.events().makeAsyncIterator()
            _ = try await events.next()
            try await control.perform(.pause())
            var results: [AuditEntry.Result] = []
            while results.count < 2, let event = try await events.next()?.event {
                if case .audit(let entry) = event { results.append(entry.result) }
            }
            #expect(results == [.started, .done])
        }
    }

    @Test("an action that can't be recorded is not performed")
    func unrecorded() async throws {
        try await withObserver { world in
            let control = try await world.control()
            try await world.engine.store.write { try $0.execute(sql: "DROP TABLE audit; CREATE TABLE audit (id)") }
            let failure = try await refusal { try await control.perform(.pause()) }
            #expect(failure?.status == 503)
            #expect(!world.engine.status.engine.isPaused)
        }
    }

    @Test("an entry has the command of its action")
    func command() {
        let actions: [ControlAction] = [.removeHook(id: 101), .acceptRepository(id: 5), .pause()]
        let commands = actions.map { AuditEntry(of: $0, by: Sample.alice, at: Sample.now).command }
        #expect(commands == ["reset", "accept-repository", "pause"])
    }

    @Test("secrets in a reference are masked")
    func secrets() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory, redactor: Redactor(secrets: [Secret("a secret of the observer")]))
        let action = ControlAction.deploy(commit: "a secret of the observer", force: false)
        let published = try await store.begin(AuditEntry(of: action, by: Sample.alice, at: Sample.now))
        let stored = try #require(try await store.audit(limit: 1).first)
        #expect(published == stored)
        #expect(stored.subject?.contains("secret of") == false)
    }

    @Test("old entries are pruned, but never the newest hundred")
    func pruning() async throws {
        try await withStore { store in
            for _ in 1...120 { _ = try await store.begin(AuditEntry(of: .pause(), by: Sample.alice, at: Sample.now)) }
            try await store.prune(before: Sample.now + 1, keeping: 1 << 30)
            #expect(try await store.audit(limit: 500).map(\.id) == Array((21...120).reversed()))
        }
    }
}
