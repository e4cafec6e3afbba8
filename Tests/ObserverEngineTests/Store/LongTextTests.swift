import Foundation
import Logging
import Testing

@testable import ObserverEngine

@Suite("Long text")
struct LongTextTests {
    private static let secret = "swordfish-swordfish-swordfish"

    private func withRedactingStore(_ body: (Store) async throws -> Void) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(Store(directory: directory, redactor: Redactor(secrets: [Secret(Self.secret)])))
    }

    /// A string whose truncation splits the secret.
    private static func long(_ limit: Int) -> String {
        String(repeating: "x", count: limit - 10) + secret + "e" + String(repeating: "\u{301}", count: 100_000)
    }

    @Test("the commit message and names of a deployment are truncated")
    func deployment() async throws {
        try await withRedactingStore { store in
            var request = try Sample.request(1)
            (request.commit.message, request.commit.author, request.commit.pusher) = (
                Self.long(4096), Self.long(256), Self.long(256)
            )
            let kept = try await store.enqueue(request).request.commit
            Self.expectShort(kept.message, kept.author, kept.pusher)
        }
    }

    @Test("the message, names and ref of a delivery are truncated, and its body is kept whole")
    func delivery() async throws {
        try await withRedactingStore { store in
            let json = """
                {"ref":"refs/heads/\(Self.long(1024))","after":"\(try Sample.commit(1))",
                "repository":{"full_name":"mhausenblas/s4d"},"pusher":{"name":"\(Self.long(256))"},
                "head_commit":{"message":"\(Self.long(4096))","author":{"name":"\(Self.long(256))"}}}
                """
            let push = try PushEvent(json: Data(json.utf8))
            let delivery = Delivery(
                key: .init(hookID: 1, guid: "1"), event: "push", receivedAt: Sample.now,
                repository: Sample.repository, push: push,
                verdict: .judge(event: "push", push: push, watched: Sample.branch),
                payload: .init(body: Data(json.utf8)))
            let kept = try await store.record(delivery).delivery
            Self.expectShort(kept.push?.message, kept.push?.author, kept.push?.pusher)
            for text in [kept.push?.ref, kept.branch, kept.reason] { #expect(try #require(text).utf8.count < 1100) }
            #expect(kept.verdict == .ignored)
            let stored = try #require(try await store.delivery(kept.id))
            #expect(stored.body.count > 4 * 200_000)
        }
    }

    @Test("a line of the deployment log is truncated")
    func line() async throws {
        try await withRedactingStore { store in
            let id = try await store.enqueue(try Sample.request(1)).id
            let log = DeploymentLogWriter(deployment: id, store: store, logger: .silent)
            await log.write("failed", Self.long(16 * 1024))
            let text = try #require(try await store.log(of: id).first?.text)
            let limit = 16 * 1024
            #expect((limit - 10..<limit + 3).contains(text.utf8.count), "\(text.utf8.count)")
            #expect(!text.contains("sword"))
        }
    }

    @Test("a repository name that is too long is rejected as malformed")
    func repository() throws {
        let json = #"{"ref":"refs/heads/a","after":"\#(try Sample.commit(1))","repository":{"full_name":"a/NAME"}}"#
        _ = try PushEvent(json: Data(json.utf8))
        let long = json.replacing("NAME", with: String(repeating: "x", count: 1000))
        #expect(throws: DeliveryRejection.malformed(.init(field: "repository.full_name"))) {
            try PushEvent(json: Data(long.utf8))
        }
    }

    private static func expectShort(_ message: String?, _ author: String?, _ pusher: String?) {
        for (text, limit) in [(message, 4096), (author, 256), (pusher, 256)] {
            #expect((limit - 10..<limit + 3).contains(text?.utf8.count ?? 0), "\(text?.utf8.count ?? 0)")
            #expect(text?.contains("sword") == false)
        }
    }
}
