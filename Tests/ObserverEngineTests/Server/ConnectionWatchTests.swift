import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import ObserverEngine

@Suite("Connections that are kept and not used")
struct ConnectionWatchTests {
    private static let head = HTTPRequestPart.head(
        HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/dploy"))
    private static let answer = HTTPResponsePart.head(HTTPResponse(status: .ok))

    private func connection(in waiting: WaitingConnections = WaitingConnections(capacity: 10)) throws -> EmbeddedChannel
    {
        let channel = EmbeddedChannel(handler: ConnectionWatch(waiting: waiting))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func pass(_ time: TimeAmount, on channel: EmbeddedChannel) -> Bool {
        channel.embeddedEventLoop.advanceTime(by: time)
        return channel.isActive
    }

    @Test("one that says nothing is closed after a minute")
    func silent() throws {
        let channel = try connection()
        #expect(pass(.seconds(59), on: channel))
        #expect(!pass(.seconds(1), on: channel))
    }

    @Test("so is one that sends its request a byte at a time: it has a minute for the whole of it")
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

    @Test("an answer may take its time; the minute for the next request begins with its end")
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

    @Test("a refusal before the end of the request gives no further minute to send the rest of it")
    func refused() throws {
        let channel = try connection()
        try channel.writeInbound(Self.head)
        #expect(pass(.seconds(30), on: channel))
        try channel.writeOutbound(Self.answer)
        try channel.writeOutbound(HTTPResponsePart.end(nil))
        #expect(pass(.seconds(29), on: channel))
        #expect(!pass(.seconds(1), on: channel))
    }

    @Test("requests that came together are answered one after the other, without a deadline before the last is")
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

    @Test("nobody needs more than sixteen requests at once")
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

    @Test("one that does not read what it asked for makes room, too")
    func deaf() throws {
        let waiting = WaitingConnections(capacity: 1)
        let deaf = try connection(in: waiting)
        try deaf.writeInbound(Self.head)
        try deaf.writeInbound(HTTPRequestPart.end(nil))
        deaf.isWritable = false
        deaf.pipeline.fireChannelWritabilityChanged()
        let other = try connection(in: waiting)
        #expect((deaf.isActive, other.isActive) == (false, true))
    }

    @Test("who does not read what he asked for is closed after half a minute")
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

    @Test("where more wait than there is room for, the one that has waited longest makes room")
    func crowded() throws {
        let waiting = WaitingConnections(capacity: 2)
        let first = try connection(in: waiting)
        let second = try connection(in: waiting)
        // The first is answered, and counts from the end of its answer on.
        try first.writeInbound(Self.head)
        try first.writeInbound(HTTPRequestPart.end(nil))
        let third = try connection(in: waiting)
        #expect(second.isActive)
        try first.writeOutbound(Self.answer)
        try first.writeOutbound(HTTPResponsePart.end(nil))
        #expect((first.isActive, second.isActive, third.isActive) == (true, false, true))
        // One that went by itself leaves its place.
        try first.close().wait()
        first.embeddedEventLoop.run()
        let fourth = try connection(in: waiting)
        #expect(third.isActive && fourth.isActive)
    }
}
