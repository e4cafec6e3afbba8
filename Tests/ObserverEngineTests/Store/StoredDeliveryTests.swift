import Foundation
import GRDB
import Testing

@testable import ObserverEngine

@Suite("Stored deliveries")
struct StoredDeliveryTests {
    @Test("a delivery is identified by its hook id and GUID together")
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

    @Test("headers and body are read as they were received, although the body is stored compressed")
    func payload() async throws {
        try await withStore { store in
            let body = Data(("{\"text\":\"" + String(repeating: "an ordinary payload ", count: 500) + "\"}").utf8)
            let headers = [
                Delivery.Header(
                    name: "X-Quoted", value: #"a "quoted" \ value/é\u{1}"#.replacing(#"\u{1}"#, with: "\u{1}")),
                Delivery.Header(name: "Content-Type", value: "application/json"),
            ]
            let delivery = Delivery(
                key: .init(hookID: 1, guid: "a"), event: "ping", receivedAt: Sample.now, repository: Sample.repository,
                push: nil, verdict: .ping, payload: .init(headers: headers, body: body))
            let id = try await store.record(delivery).delivery.id
            let stored = try #require(try await store.delivery(id))
            #expect(stored.headers == headers)
            #expect(stored.body == body)
            let size = try await store.read { try Int.fetchOne($0, sql: "SELECT LENGTH(body) FROM delivery") ?? .max }
            #expect(size < 1000)
        }
    }

    @Test("a body that can't be compressed is stored as it is", arguments: [0, 1, 100, 70_000])
    func incompressible(padding: Int) async throws {
        try await withStore { store in
            let delivery = Sample.delivery("a", padding: padding)
            let id = try await store.record(delivery).delivery.id
            #expect(try await store.delivery(id)?.body == delivery.body)
        }
    }

    @Test("a published delivery does not carry its headers and body")
    func published() async throws {
        try await withStore { store in
            var changes = store.feed.changes().makeAsyncIterator()
            _ = try await store.record(Sample.delivery("a", padding: 1000))
            guard case .delivery(let published) = await changes.next() else {
                Issue.record("expected a change of a delivery")
                return
            }
            #expect(published.body.isEmpty && published.headers.isEmpty)
        }
    }

    @Test("a delivery is recognized as a duplicate after the store is reopened")
    func reopened() async throws {
        let directory = try temporaryDirectory()
        _ = try await Store(directory: directory).record(Sample.delivery("a"))
        let again = try await Store(directory: directory).record(Sample.delivery("a"))
        #expect(again.delivery.verdict == .duplicate)
    }

    @Test("a duplicate changes nothing and publishes no change")
    func silence() async throws {
        try await withStore { store in
            _ = try await store.record(Sample.delivery("a"))
            var changes = store.feed.changes().makeAsyncIterator()
            _ = try await store.record(Sample.delivery("a"))
            _ = try await store.record(Sample.delivery("b"))
            guard case .delivery(let published) = await changes.next() else {
                Issue.record("expected a change of a delivery")
                return
            }
            #expect(published.key.guid == "b")
        }
    }
}

/// A late delivery is the first delivery of a push that polling or recovery found before.
@Suite("Late deliveries")
struct LateDeliveryTests {
    @Test("a late delivery is attached to the existing deployment, and a later push of the same commit is deployed")
    func attached() async throws {
        try await withStore { store in
            let found = try await store.run(1, to: .succeeded, trigger: .poll)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(late.deployment?.id == found.id && late.delivery.deployment == found.id)
            let all = try await store.all()
            #expect(all.map(\.request.delivery) == [late.delivery.id])
            let again = try await store.record(try Sample.push("again", of: 1, from: 9))
            #expect(again.deployment?.stage == .queued)
        }
    }

    @Test(
        "a push that two webhooks of the repository deliver is deployed once, and both deliveries show its deployment")
    func twin() async throws {
        try await withStore { store in
            let first = try await store.record(try Sample.push("first", of: 1, from: 9))
            let twin = try await store.record(try Sample.push("second", of: 1, from: 9, hookID: 2))
            #expect(twin.deployment?.id == first.deployment?.id && twin.delivery.deployment == first.deployment?.id)
            #expect(twin.delivery.reason == "webhook 1 has delivered the same push")
            #expect(try await store.all().count == 1)
            let stored = try #require(try await store.delivery(twin.delivery.id))
            #expect(stored.deployment == first.deployment?.id && stored.reason == twin.delivery.reason)
            // Pushed again later, from another commit.
            let again = try await store.record(try Sample.push("third", of: 1, from: 8, hookID: 2))
            #expect(again.deployment?.id != first.deployment?.id)
        }
    }

    @Test("a push that is sent again under another ID, which is not signed, is a duplicate; one of another time is not")
    func copied() async throws {
        try await withStore { store in
            var push = try Sample.push("first", of: 1, from: 9)
            push.push?.pushedAt = Sample.now - 10
            let first = try await store.record(push)
            let deployment = try #require(first.deployment)
            for number in 1...3 {
                var copy = try Sample.push("copy \(number)", of: 1, from: 9)
                copy.push?.pushedAt = push.push?.pushedAt
                let again = try await store.record(copy)
                #expect(again.delivery.verdict == .duplicate && again.delivery.id == first.delivery.id)
                #expect(again.delivery.reason?.hasSuffix("; deployment \(deployment.id) is in progress") == true)
            }
            #expect(try await store.deliveryCount() == 1)
            var later = try Sample.push("later", of: 1, from: 9)
            later.push?.pushedAt = Sample.now
            #expect(try await store.record(later).deployment?.id != deployment.id)
        }
    }

    @Test("a late delivery of a push from before a rollback does not undo it, though no deployment of it is known")
    func beforeRollback() async throws {
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            let bad = try await store.run(2, to: .succeeded, trigger: .poll)
            try await store.note(head: bad.commit, of: Sample.branch)
            let rollback = try await store.hold(
                try Sample.request(9, trigger: .rollback), because: .rollback, at: Sample.now - 10)
            var late = try Sample.push("late", of: 1, from: 9)
            late.push?.pushedAt = Sample.now - 60
            let recorded = try await store.record(late)
            #expect(recorded.deployment == nil)
            #expect(recorded.delivery.reason == "pushed before the branch was put on hold at 9aaaaaa")
            #expect(try await store.isHeld(at: 9))
            #expect(try await store.queued(of: Sample.branch).map(\.id) == [rollback.id])
            // On top of the head, it is the newest push.
            var next = try Sample.push("next", of: 3, from: 2)
            next.push?.pushedAt = Sample.now - 60
            #expect(try await store.record(next).deployment != nil)
            #expect(try await store.heldAt() == nil)
        }
    }

    @Test("the second delivery of an older push that arrives after a rollback does not undo it")
    func olderTwinAfterRollback() async throws {
        try await withStore { store in
            var rows: [RecordedDelivery] = []
            for (number, previous) in [(1, 9), (2, 1)] {
                var push = try Sample.push("\(number)", of: number, from: previous)
                push.push?.pushedAt = Sample.now - 60 + Double(number)
                rows.append(try await store.record(push))
            }
            _ = try await store.hold(try Sample.request(9, trigger: .rollback), because: .rollback, at: Sample.now)
            var twin = try Sample.push("twin", of: 1, from: 9, hookID: 2)
            twin.push?.pushedAt = Sample.now - 59
            let recorded = try await store.record(twin)
            #expect(recorded.delivery.deployment == rows[0].deployment?.id)
            #expect(recorded.delivery.reason == "webhook 1 has delivered the same push")
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("a delivery of an earlier push that arrives again does not move the head, so that polling ends no hold")
    func twinOfEarlierPush() async throws {
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            try await store.note(head: try Sample.commit(9), of: Sample.branch)
            for (time, number, previous) in [(1.0, 1, 9), (2, 9, 1)] {
                var push = try Sample.push("\(number)", of: number, from: previous)
                push.push?.pushedAt = Sample.now - 60 + time
                _ = try await store.record(push)
            }
            _ = try await store.hold(try Sample.request(8, trigger: .rollback), because: .rollback, at: Sample.now)
            for hook in [1, 2] {
                var twin = try Sample.push("twin", of: 1, from: 9, hookID: hook)
                twin.push?.pushedAt = Sample.now - 59
                #expect(try await store.record(twin).deployment?.stage != .queued)
                #expect(try await store.reconcile(9) == nil)
                #expect(try await store.isHeld(at: 8))
            }
        }
    }

    @Test("an earlier push that is recovered under another ID belongs to its deployment")
    func recoveredTwin() async throws {
        try await withStore { store in
            for guid in ["first", "recovered"] {
                var push = try Sample.push(guid, of: 1, from: 9)
                push.push?.pushedAt = Sample.now - 60
                if guid == "first" { _ = try await store.record(push) } else { try await store.recordRecovered(push) }
            }
            let deployment = try await store.all().first?.id
            #expect(try await store.deliveries(limit: 10).map(\.deployment) == [deployment, deployment])
        }
    }

    @Test("a head that GitHub reports just after the push that replaced it is not deployed again; a later report is")
    func laggingHead() async throws {
        try await withStore { store in
            _ = try await store.run(9, to: .succeeded)
            let push = try await store.record(try Sample.push("push", of: 1, from: 9))
            for (seconds, isMissed) in [(1.0, false), (6, true)] {
                let outcome = try await store.enqueueMissed(
                    try Sample.request(9, trigger: .poll), askedAfter: try await store.newestID(of: Sample.branch),
                    at: Sample.now + seconds)
                if case .queued(let deployment) = outcome {
                    let replaced = try Sample.commit(9)
                    #expect(isMissed && deployment.commit == replaced)
                } else {
                    #expect(!isMissed)
                }
            }
            let replaced = try #require(push.deployment?.id)
            #expect(try await store.deployment(replaced)?.stage == .superseded)
        }
    }

    @Test("the second delivery of a push that arrives after a rollback does not undo it")
    func twinAfterRollback() async throws {
        try await withStore { store in
            let first = try await store.record(try Sample.push("first", of: 1, from: 9))
            _ = try await store.hold(try Sample.request(9, trigger: .rollback), because: .rollback)
            let twin = try await store.record(try Sample.push("second", of: 1, from: 9, hookID: 2))
            #expect(twin.delivery.deployment == first.deployment?.id)
            #expect(try await store.all().map(\.stage) == [.superseded, .queued])
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("a commit that is pushed a second time from the same commit is deployed, whichever webhook delivers it")
    func pushedAgain() async throws {
        try await withStore { store in
            _ = try await store.record(try Sample.push("there", of: 1, from: 9))
            _ = try await store.record(try Sample.push("back", of: 9, from: 1))
            let again = try await store.record(try Sample.push("again", of: 1, from: 9, hookID: 2))
            #expect(again.deployment?.stage == .queued)
            #expect(try await store.all().count == 3)
        }
    }

    @Test("a late delivery does not undo a rollback", arguments: [Deployment.Trigger.poll, .recovery])
    func rolledBack(trigger: Deployment.Trigger) async throws {
        try await withStore { store in
            let bad = try await store.run(1, to: .failed, trigger: trigger)
            _ = try await store.hold(try Sample.request(9, trigger: .rollback), because: .rollback)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(late.delivery.deployment == bad.id)
            #expect(try await store.all().map(\.stage) == [.failed, .queued])
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("a late delivery does not undo a rollback that superseded its deployment")
    func supersededByRollback() async throws {
        try await withStore { store in
            let waiting = try await store.enqueue(try Sample.request(1, trigger: .poll))
            _ = try await store.hold(try Sample.request(9, trigger: .rollback), because: .rollback)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(late.delivery.deployment == waiting.id)
            #expect(try await store.all().map(\.stage) == [.superseded, .queued])
            #expect(try await store.isHeld(at: 9))
        }
    }

    @Test("a late delivery is attached to the restart of an interrupted deployment")
    func interrupted() async throws {
        try await withStore { store in
            try await store.interrupt(try await store.run(1, to: .waiting, trigger: .poll))
            let again = try #require(try await store.all().last)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(again.request.trigger == .restart && late.deployment?.id == again.id)
            #expect(try await store.all().map(\.stage) == [.interrupted, .queued])
        }
    }

    @Test("a late delivery stays attached to a running deployment, and to its restart")
    func running() async throws {
        try await withStore { store in
            var running = try await store.run(1, to: .fetching, trigger: .poll)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            running.advance(to: .applying, at: Sample.now)
            try await store.save(running)
            #expect(try await store.deployment(running.id)?.request.delivery == late.delivery.id)
            try await store.interrupt(running)
            #expect(try await store.all().map(\.request.delivery) == [late.delivery.id, late.delivery.id])
        }
    }

    @Test("a delivery that moves the branch back to a polled commit is a new push and is deployed")
    func movedBack() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded, trigger: .poll)
            _ = try await store.run(2, to: .succeeded)
            let back = try await store.record(try Sample.push("back", of: 1, from: 2))
            #expect(back.deployment?.stage == .queued)
            #expect(try await store.all().count == 3)
        }
    }
}
