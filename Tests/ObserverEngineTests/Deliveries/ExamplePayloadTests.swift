import ObserverEngine
import Simulators
import Testing

@Suite("GitHub's own example payloads", .enabled(if: SharedFolder.exists, "../shared is missing"))
struct ExamplePayloadTests {
    @Test("every example push is parsed, and ignored because it is for another repository", arguments: files("push"))
    func push(file: String) async throws {
        try await withReceiver { world in
            let body = String(decoding: try SharedFolder.bytes(of: file), as: UTF8.self)
            let answer = try #require(await world.deliver(body: body))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["verdict"] == "ignored")
            #expect(answer.json["reason"]?.string?.hasSuffix("is not mhausenblas/s4d") == true)
            let stored = try #require(try await world.engine.store.deliveries(limit: 1).first)
            #expect(stored.push?.ref.hasPrefix("refs/") == true)
        }
    }

    @Test("every example ping is a ping", arguments: files("ping"))
    func ping(file: String) async throws {
        try await withReceiver { world in
            let body = String(decoding: try SharedFolder.bytes(of: file), as: UTF8.self)
            let answer = try #require(await world.deliver(event: "ping", body: body))
            #expect(answer.status == 200)
            #expect(answer.json["verdict"] == "ping")
        }
    }

    @Test("other events are ignored", arguments: ["create", "delete", "issues", "release"])
    func others(event: String) async throws {
        let file = try #require(files(event).first)
        try await withReceiver { world in
            let body = String(decoding: try SharedFolder.bytes(of: file), as: UTF8.self)
            let answer = try #require(await world.deliver(event: event, body: body))
            #expect(answer.status == 200)
            #expect(answer.json["reason"]?.string == "the event '\(event)' deploys nothing")
        }
    }
}

private func files(_ event: String) -> [String] { SharedFolder.files(in: "github-payloads/\(event)") }
