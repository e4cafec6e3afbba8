import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import ObserverEngine

@Suite("Expect: 100-continue")
struct ContinueTests {
    @Test("is answered before the body is sent, and other requests are not", arguments: [true, false])
    func answer(isExpected: Bool) throws {
        let channel = EmbeddedChannel(handler: ContinueHandler())
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/dploy")
        head.headerFields[.expect] = isExpected ? "100-Continue" : nil
        try channel.writeInbound(HTTPRequestPart.head(head))
        let answer = try channel.readOutbound(as: HTTPResponsePart.self)
        #expect(answer == (isExpected ? .head(HTTPResponse(status: .continue)) : nil))
        #expect(try channel.readInbound(as: HTTPRequestPart.self) == .head(head))
    }
}
