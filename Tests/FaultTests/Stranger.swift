import NIOCore

/// One end of a connection to the observer that is used badly.
final class Stranger: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Manner: String, CaseIterable, Sendable {
        case silent = "saying nothing"
        case slowHead = "sending a head byte by byte"
        case slowBody = "sending a body byte by byte"
        case deaf = "asking a thousand times at once and reading no answer"
    }

    private let manner: Manner
    private var trickle: RepeatedTask?

    init(_ manner: Manner) {
        self.manner = manner
    }

    func channelActive(context: ChannelHandlerContext) {
        let beginning = ByteBuffer(string: manner.beginning)
        context.writeAndFlush(wrapOutboundOut(beginning), promise: nil)
        guard manner == .slowHead || manner == .slowBody else { return }
        let channel = context.channel
        trickle = context.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(200), delay: .milliseconds(200)) {
            _ in channel.writeAndFlush(ByteBuffer(string: "a"), promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        trickle?.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

extension Stranger.Manner {
    fileprivate var beginning: String {
        switch self {
        case .silent: ""
        case .slowHead: "POST /dploy HTTP/1.1\r\nHost: observer\r\nX-Nothing: "
        case .slowBody:
            """
            POST /dploy HTTP/1.1\r
            Host: observer\r
            Content-Type: application/json\r
            Content-Length: 60000\r
            X-GitHub-Event: push\r
            X-GitHub-Delivery: 1\r
            X-Hub-Signature-256: sha256=\(String(repeating: "0", count: 64))\r
            \r\n
            """
        case .deaf: String(repeating: "GET /metrics HTTP/1.1\r\nHost: observer\r\n\r\n", count: 1000)
        }
    }
}
