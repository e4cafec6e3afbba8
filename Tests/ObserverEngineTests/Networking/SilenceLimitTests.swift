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

    @Test("fails with the error of the connection")
    func broken() async throws {
        struct Reset: Error {}
        body.continuation.finish(throwing: Reset())
        var pieces = SilenceLimit(of: body.stream, .seconds(20)).makeAsyncIterator()
        await #expect(throws: Reset.self) { try await pieces.next() }
    }
}
