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
        case deafSender = "reading no answer and sending a large body"

        fileprivate static let beginnings = Dictionary(
            uniqueKeysWithValues: allCases.map { ($0, ByteBuffer(string: $0.beginning)) })

        /// How much memory all of them may take. Unfinished bodies may have 40 MiB and 64 KiB of each beside it, and buffers
        /// grow by doubling.
        var limitOfMegabytes: Int { self == .deafSender ? 192 : 64 }

        var reads: Bool { self != .deaf && self != .deafSender }
    }

    private let manner: Manner
    private var trickle: RepeatedTask?

    init(_ manner: Manner) {
        self.manner = manner
    }

    func channelActive(context: ChannelHandlerContext) {
        // Thousands share the bytes of one.
        let beginning = Manner.beginnings[manner] ?? ByteBuffer()
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
        case .slowBody: Self.head(ofBytes: 60000)
        case .deaf: String(repeating: Self.question, count: 1000)
        case .deafSender:
            String(repeating: Self.question, count: 12) + Self.head(ofBytes: Self.largeSize)
                + String(repeating: " ", count: Self.largeSize - 1)
        }
    }

    private static let largeSize = 512 * 1024
    private static let question = "GET /metrics HTTP/1.1\r\nHost: observer\r\n\r\n"

    private static func head(ofBytes size: Int) -> String {
        """
        POST /dploy HTTP/1.1\r
        Host: observer\r
        Content-Type: application/json\r
        Content-Length: \(size)\r
        X-GitHub-Event: push\r
        X-GitHub-Delivery: 1\r
        X-Hub-Signature-256: sha256=\(String(repeating: "0", count: 64))\r
        \r\n
        """
    }
}
