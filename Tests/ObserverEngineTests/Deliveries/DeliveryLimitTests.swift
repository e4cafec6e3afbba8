import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import ObserverEngine
import Simulators
import Testing

@Suite("Requests to /dploy that are not deliveries")
struct DeliveryLimitTests {
    @Test(
        "for another method the response lists POST only",
        arguments: ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
    func method(_ name: String) async throws {
        try await withReceiver { world in
            var request = HTTPClientRequest(url: try await world.hookURL())
            request.method = HTTPMethod(rawValue: name)
            let response = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers["Allow"] == ["POST"])
        }
    }

    @Test("a body with a content length over 25 MiB is rejected before any of it is read")
    func announced() async throws {
        try await withReceiver { world in
            let size = Int64(DeliveryRequest.bodyLimit + 1)
            // Not a single byte is sent.
            let (silence, _) = AsyncStream.makeStream(of: ByteBuffer.self)
            let response = try await world.post(.stream(silence, length: .known(size)))
            #expect(response.status == .payloadTooLarge)
            #expect(try await world.engine.store.deliveryCount() == 0)
        }
    }

    @Test("a body without a content length is rejected at 25 MiB")
    func chunked() async throws {
        try await withReceiver { world in
            let piece = ByteBuffer(repeating: UInt8(ascii: " "), count: 1024 * 1024)
            let endless = AsyncStream { piece }
            let response = try await world.post(.stream(endless, length: .unknown))
            #expect(response.status == .payloadTooLarge)
            let body = try await response.body.collect(upTo: 1024)
            #expect(String(buffer: body).contains("the body is larger than 25 MiB"))
        }
    }

    @Test(
        "a request whose headers rule out a delivery is rejected before any of its body is read",
        arguments: [nil, "sha256=abc", "sha1=" + String(repeating: "0", count: 40)])
    func headers(signature: String?) async throws {
        try await withReceiver { world in
            let (silence, _) = AsyncStream.makeStream(of: ByteBuffer.self)
            let response = try await world.post(.stream(silence, length: .known(Int64(1000))), signature: signature)
            #expect(response.status == .unauthorized)
        }
    }

    @Test("large incomplete bodies use bounded memory, and ordinary deliveries still get through")
    func floods() async throws {
        try await withReceiver { world in
            let size = 20 * 1024 * 1024
            try await withThrowingTaskGroup(of: UInt?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let (pieces, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
                        continuation.yield(ByteBuffer(repeating: UInt8(ascii: " "), count: size - 1))
                        return try? await world.post(.stream(pieces, length: .known(Int64(size)))).status.code
                    }
                }
                var refused = 0
                while refused < 6, let status = try await group.next() {
                    if status == 503 { refused += 1 }
                }
                #expect(refused == 6)
                #expect(await world.deliver(body: Payload.push(branch: "other").text)?.status == 200)
                // Large ones too: the oldest incomplete body is evicted.
                let large = #"{"zen":"long"}"# + String(repeating: " ", count: 1024 * 1024)
                #expect(await world.deliver(event: "ping", body: large)?.status == 200)
                group.cancelAll()
            }
        }
    }

    @Test("a large content length alone reserves no memory")
    func announcements() async throws {
        try await withReceiver { world in
            let size = 20 * 1024 * 1024
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    let asked = Latch<Void>()
                    group.addTask {
                        let silence = AsyncStream<ByteBuffer> {
                            asked.set(())
                            try? await Latch<Void>().get()
                            return nil
                        }
                        _ = try? await world.post(.stream(silence, length: .known(Int64(size))))
                    }
                    try await asked.get()
                }
                let large = #"{"zen":"long"}"# + String(repeating: " ", count: 1024 * 1024)
                #expect(await world.deliver(event: "ping", body: large)?.status == 200)
                group.cancelAll()
            }
        }
    }

    @Test("a body of almost 25 MiB is accepted")
    func large() async throws {
        try await withReceiver { world in
            let padding = String(repeating: " ", count: DeliveryRequest.bodyLimit - 100)
            let answer = await world.deliver(event: "ping", body: #"{"zen":"long"}"# + padding)
            #expect(answer?.status == 200)
        }
    }
}

extension World {
    fileprivate func post(
        _ body: HTTPClientRequest.Body, signature: String? = "sha256=" + String(repeating: "0", count: 64)
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: try await hookURL())
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "X-GitHub-Event", value: "push")
        request.headers.add(name: "X-GitHub-Delivery", value: "1")
        if let signature { request.headers.add(name: "X-Hub-Signature-256", value: signature) }
        request.body = body
        return try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
    }
}
