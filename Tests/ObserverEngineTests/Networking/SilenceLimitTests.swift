import NIOCore
import Testing

@testable import ObserverEngine

@Suite("A body whose server must not be silent")
struct SilenceLimitTests {
    private let body = AsyncThrowingStream.makeStream(of: ByteBuffer.self, throwing: (any Error).self)

    @Test("is read to its end")
    func whole() async throws {
        body.continuation.yield(ByteBuffer(string: "one"))
        body.continuation.yield(ByteBuffer(string: "two"))
        body.continuation.finish()
        var text = ""
        for try await chunk in SilenceLimit(of: body.stream, .seconds(20)) { text += String(buffer: chunk) }
        #expect(text == "onetwo")
    }

    @Test("fails when nothing arrives for too long")
    func silent() async throws {
        body.continuation.yield(ByteBuffer(string: "one"))
        var pieces = SilenceLimit(of: body.stream, .milliseconds(300)).makeAsyncIterator()
        #expect(try await pieces.next() == ByteBuffer(string: "one"))
        let started = ContinuousClock.now
        await #expect(throws: TimedOut(limit: .milliseconds(300))) { try await pieces.next() }
        #expect(.now - started >= .milliseconds(300))
    }

    @Test("is read on after the client has not read for longer than the limit")
    func stoppedClient() async throws {
        let continuation = body.continuation
        var pieces = SilenceLimit(of: body.stream, .milliseconds(300)).makeAsyncIterator()
        // While the client waits, its timer runs, so that a tick is due when it stops reading.
        async let first: Void = {
            try await Task.sleep(for: .milliseconds(100))
            continuation.yield(ByteBuffer(string: "one"))
        }()
        #expect(try await pieces.next() == ByteBuffer(string: "one"))
        try await first
        try await Task.sleep(for: .milliseconds(200))
        continuation.yield(ByteBuffer(string: "two"))
        try await Task.sleep(for: .milliseconds(600))
        #expect(try await pieces.next() == ByteBuffer(string: "two"))
        await #expect(throws: TimedOut(limit: .milliseconds(300))) { try await pieces.next() }
    }

    @Test("fails with the error of the connection")
    func broken() async throws {
        struct Reset: Error {}
        body.continuation.finish(throwing: Reset())
        var pieces = SilenceLimit(of: body.stream, .seconds(20)).makeAsyncIterator()
        await #expect(throws: Reset.self) { try await pieces.next() }
    }
}
