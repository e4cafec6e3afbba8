import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import ObserverEngine

@Suite("Idle and slow connections")
struct ConnectionTimeoutTests {
    private static let head = HTTPRequestPart.head(
        HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/dploy"))
    private static let answer = HTTPResponsePart.head(HTTPResponse(status: .ok))

    private func connection(in idle: IdleConnections = IdleConnections(capacity: 10)) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: ConnectionTimeoutHandler(idle: idle))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func pass(_ time: TimeAmount, on channel: EmbeddedChannel) -> Bool {
        channel.embeddedEventLoop.advanceTime(by: time)
        return channel.isActive
    }

    @Test("a connection without a request is closed after a minute")
    func silent() throws {
        let channel = try connection()
        #expect(pass(.seconds(59), on: channel))
        #expect(!pass(.seconds(1), on: channel))
    }

    @Test("a request sent byte by byte is closed after a minute: the limit is for the complete request")
    func trickling() throws {
        let channel = try connection()
        #expect(pass(.seconds(30), on: channel))
        try channel.writeInbound(Self.head)
        for _ in 0..<29 {
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: ".")))
            #expect(pass(.seconds(1), on: channel))
        }
        #expect(!pass(.seconds(1), on: channel))
    }

    @Test("reading the body of a request fails half a minute after its head")
    func slowBody() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        #expect(pass(.seconds(29), on: channel))
        try channel.throwIfErrorCaught()
        #expect(pass(.seconds(1), on: channel))
        #expect(throws: BodyTooSlow(limit: .seconds(30))) { try channel.throwIfErrorCaught() }
    }

    @Test("a complete request has no time limit for its body, nor has the next one before its head")
    func completeBody() throws {
        let channel = try connection()
        for _ in 0..<2 {
            try channel.writeInbound(Self.head)
            #expect(pass(.seconds(20), on: channel))
            try channel.writeInbound(HTTPRequestPart.end(nil))
            try channel.writeOutbound(Self.answer)
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            #expect(pass(.seconds(20), on: channel))
        }
        try channel.throwIfErrorCaught()
    }

    @Test("a response has no time limit; the minute for the next request starts when it ends")
    func answering() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(pass(.hours(1), on: channel))
        try channel.writeOutbound(Self.answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(pass(.seconds(59), on: channel))
        #expect(!pass(.seconds(1), on: channel))
    }

    @Test("an early rejection does not extend the time limit for the rest of the request")
    func refused() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        #expect(pass(.seconds(30), on: channel))
        try channel.writeOutbound(Self.answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(pass(.seconds(29), on: channel))
        #expect(!pass(.seconds(1), on: channel))
    }

    @Test("pipelined requests are answered in order, without a deadline before the last response")
    func pipelined() throws {
        let channel = try connection()
        for _ in 0..<2 {
            try channel.writeInbound(Self.head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }
        try channel.writeOutbound(Self.answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(pass(.hours(1), on: channel))
        try channel.writeOutbound(Self.answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(!pass(.seconds(60), on: channel))
    }

    @Test("a client that pipelines more than 16 requests is disconnected")
    func impatient() throws {
        let channel = try connection()
        for _ in 0..<16 {
            try channel.writeInbound(Self.head)
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }
        #expect(channel.isActive)
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        #expect(!channel.isActive)
    }

    @Test("a client that does not read its response can be evicted too")
    func deaf() throws {
        let idle = IdleConnections(capacity: 1)
        let deaf = try connection(in: idle)
        try deaf.writeInbound(Self.head)
        try deaf.writeInbound(HTTPRequestPart.end(nil))
        deaf.isWritable = false
        deaf.pipeline.fireChannelWritabilityChanged()
        let other = try connection(in: idle)
        #expect((deaf.isActive, other.isActive) == (false, true))
    }

    @Test("a client that does not read its response is closed after half a minute")
    func unread() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(pass(.seconds(29), on: channel))
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(pass(.hours(1), on: channel))
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(!pass(.seconds(30), on: channel))
    }

    @Test("the longest idle connection is evicted when there are too many")
    func eviction() throws {
        let idle = IdleConnections(capacity: 2)
        let first = try connection(in: idle)
        let second = try connection(in: idle)
        // The first is idle again after its response.
        try first.writeInbound(Self.head)
        try first.writeInbound(HTTPRequestPart.end(nil))
        let third = try connection(in: idle)
        #expect(second.isActive)
        try first.writeOutbound(Self.answer)
        try first.writeOutbound(HTTPResponsePart.end(nil))
        #expect((first.isActive, second.isActive, third.isActive) == (true, false, true))
        // A closed connection no longer counts.
        try first.close().wait()
        first.embeddedEventLoop.run()
        let fourth = try connection(in: idle)
        #expect(third.isActive && fourth.isActive)
    }
}
