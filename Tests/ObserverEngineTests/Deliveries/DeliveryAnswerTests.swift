import ObserverEngine
import Simulators
import Testing

@Suite("The response to a delivery")
struct DeliveryAnswerTests {
    @Test("each delivery has a verdict, a status and a reason", arguments: DeliveryCase.all)
    func answers(_ delivery: DeliveryCase) async throws {
        try await withReceiver { world in
            let answer = try #require(await world.deliver(delivery))
            #expect(answer.status == delivery.status)
            #expect(answer.json["verdict"]?.string == delivery.verdict)
            #expect(answer.json["reason"]?.string == delivery.reason)
            #expect(answer.headers["Content-Type"] == "application/json")
            let isStored = delivery.verdict != "rejected"
            #expect(try await world.engine.store.deliveryCount() == (isStored ? 1 : 0))
        }
    }

    @Test("a signed delivery is stored with its verdict, its body and no credentials")
    func stored() async throws {
        try await withReceiver { world in
            let body = Payload.push(branch: "master").text
            let headers: HeaderFields = ["Authorization": "Bearer untrusted", "Cookie": "a=b"]
            await world.deliver(body: body, guid: "the-guid", headers: headers)
            let newest = try #require(try await world.engine.store.deliveries(limit: 1).first)
            let stored = try #require(try await world.engine.store.delivery(newest.id))
            #expect(stored.key.guid == "the-guid")
            #expect(stored.verdict == .ignored)
            #expect(stored.reason == "branch master is not watched")
            #expect(stored.branch == "master")
            #expect(stored.push?.author == "Ada")
            #expect(stored.push?.pusher == "ada")
            #expect(stored.push?.message == "Say hello")
            #expect(String(decoding: stored.body, as: UTF8.self) == body)
            let names = stored.headers.map { $0.name.lowercased() }
            #expect(names.contains("x-github-event"))
            #expect(!names.contains("authorization") && !names.contains("cookie"))
        }
    }

    @Test("a delivery without a hook id belongs to the registered webhook, and is a duplicate the second time")
    func withoutHook() async throws {
        try await withObserver { world in
            let hook = try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            let body = Payload.push(branch: "master").text
            await world.deliver(body: body, guid: "g", headers: ["X-GitHub-Hook-ID": ""])
            // Pings may follow it.
            let stored = try await world.engine.store.deliveries(limit: 10).map(\.key)
            #expect(stored.contains(Delivery.Key(hookID: hook.id, guid: "g")))
            let again = await world.deliver(body: body, guid: "g", headers: ["X-GitHub-Hook-ID": "\(hook.id)"])
            #expect(again?.json["verdict"]?.string == "duplicate")
        }
    }

    @Test("a secret in what was pushed is masked before anything is stored or answered")
    func secrets() async throws {
        try await withReceiver { world in
            let secret = world.configuration.gitHub.accessToken
            for (branch, isDeployed) in [("dcos", true), (secret.value, false)] {
                var push = Payload.push(branch: branch)
                push["head_commit"] = [
                    "message": .string("Say \(secret.value)"), "author": ["name": .string("Ada \(secret.value)")],
                ]
                push["pusher"] = ["name": .string(secret.value)]
                let answer = try #require(await world.deliver(body: push.text))
                #expect(!answer.text.contains(secret.value))
                let newest = try #require(try await world.engine.store.deliveries(limit: 1).first)
                let stored = try #require(try await world.engine.store.delivery(newest.id))
                #expect(stored.push?.message == "Say \(secret)")
                #expect(stored.push?.author == "Ada \(secret)")
                #expect(stored.push?.pusher == "\(secret)")
                #expect(stored.push?.ref == "refs/heads/" + (isDeployed ? "dcos" : "\(secret)"))
                #expect(
                    String(decoding: stored.body, as: UTF8.self) == push.text.replacing(secret.value, with: "\(secret)")
                )
                #expect(!"\(stored)".contains(secret.value))
                guard isDeployed else { continue }
                let deployment = try #require(try await world.deployments().first)
                #expect(deployment.request.commit.message == "Say \(secret)")
            }
        }
    }

    @Test("an accepted push names its deployment")
    func accepted() async throws {
        try await withReceiver { world in
            let answer = try #require(await world.deliver(body: Payload.push().text))
            let id = try #require(answer.json["deployment"]?.integer)
            let deployment = try #require(try await world.engine.store.deployment(Int64(id)))
            #expect(deployment.commit.description == Payload.commit)
            #expect(deployment.request.commit.previous?.description == Payload.previous)
            #expect(deployment.request.trigger == .delivery)
        }
    }

    @Test("the same delivery again is a duplicate that names the first one's deployment")
    func duplicate() async throws {
        try await withReceiver { world in
            let first = try #require(await world.deliver(body: Payload.push().text, guid: "twice"))
            let again = try #require(await world.deliver(body: Payload.push().text, guid: "twice"))
            #expect(first.status == 202)
            #expect(again.status == 200)
            #expect(again.json["verdict"] == "duplicate")
            #expect(again.json["deployment"] == first.json["deployment"])
            #expect(again.json["reason"]?.string?.hasPrefix("already received at ") == true)
            #expect(try await world.engine.store.deliveryCount() == 1)
        }
    }
}
