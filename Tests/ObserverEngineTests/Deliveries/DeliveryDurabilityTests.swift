import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Durability of acknowledged deliveries")
struct DeliveryDurabilityTests {
    @Test("concurrent deliveries are all stored when they are acknowledged")
    func concurrent() async throws {
        try await withReceiver { world in
            let body = Payload.push(branch: "other").text
            let statuses = await withTaskGroup(of: Int?.self) { group in
                for number in 0..<64 {
                    group.addTask { await world.deliver(body: body, guid: "guid-\(number)")?.status }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 64))
            let pushes = try await world.engine.store.deliveries(limit: 100).filter { $0.event == "push" }
            #expect(Set(pushes.map(\.key.guid)) == Set((0..<64).map { "guid-\($0)" }))
        }
    }

    @Test("the same delivery many times at once is stored once and deployed once")
    func race() async throws {
        try await withReceiver { world in
            let verdicts = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        await world.deliver(body: Payload.push().text, guid: "same")?.json["verdict"]?.string
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(verdicts.count { $0 == "accepted" } == 1)
            #expect(verdicts.count { $0 == "duplicate" } == 15)
        }
    }

    @Test("a delivery that could not be stored is shown as the last one of the webhook, with its response")
    func shownFailure() async throws {
        try await withObserver { world in
            try await world.hook { $0.id != nil }
            let id = try #require(world.engine.status.hook.id)
            let start = Date()
            try await withLockedStore(in: world.configuration.state.directory) {
                let answer = await world.deliver(
                    body: Payload.push(branch: "other").text, headers: ["X-GitHub-Hook-ID": "\(id)"])
                #expect(answer?.status == 503)
                let hook = world.engine.status.hook
                #expect(hook.lastAnswer == 503)
                #expect(hook.lastDeliveryAt ?? .distantPast > start)
            }
        }
    }

    @Test("while the store fails the response is 503, and the delivery can be repeated")
    func failingStore() async throws {
        try await withReceiver { world in
            let body = Payload.push(branch: "other").text
            try await withLockedStore(in: world.configuration.state.directory) {
                let answer = try #require(await world.deliver(body: body, guid: "again"))
                #expect(answer.status == 503)
                #expect(answer.json["reason"] == "the delivery could not be stored; redeliver it later")
            }
            let answer = try #require(await world.deliver(body: body, guid: "again"))
            #expect(answer.status == 200)
            #expect(answer.json["verdict"] == "ignored")
        }
    }
}
