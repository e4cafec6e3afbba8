import NIOCore

/// A misbehaving client connection to the observer.
final class HostileConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Pattern: String, CaseIterable, Sendable {
        case silent = "sending nothing"
        case slowHead = "sending headers byte by byte"
        case slowBody = "sending a body byte by byte"
        case unreadResponses = "pipelining 1000 requests and never reading"
        case unreadResponsesAndBody = "pipelining requests and a large body and never reading"

        fileprivate static let openings = Dictionary(
            uniqueKeysWithValues: allCases.map { ($0, ByteBuffer(string: $0.opening)) })

        /// The memory limit for all connections together. Unfinished bodies may use 40 MiB, plus 64 KiB each, and buffers
        /// grow by doubling.
        var limitInMegabytes: Int { self == .unreadResponsesAndBody ? 192 : 64 }

        var reads: Bool { self != .unreadResponses && self != .unreadResponsesAndBody }
    }

    private let pattern: Pattern
    private var trickle: RepeatedTask?

    init(_ pattern: Pattern) {
        self.pattern = pattern
    }

    func channelActive(context: ChannelHandlerContext) {
        // Shared by thousands of connections.
        let opening = Pattern.openings[pattern] ?? ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(opening), promise: nil)
        guard pattern == .slowHead || pattern == .slowBody else { return }
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

extension HostileConnection.Pattern {
    fileprivate var opening: String {
        switch self {
        case .silent: ""
        case .slowHead: "POST /dploy HTTP/1.1\r\nHost: observer\r\nX-Nothing: "
        case .slowBody: Self.head(ofBytes: 60000)
        case .unreadResponses: String(repeating: Self.request, count: 1000)
        case .unreadResponsesAndBody:
            String(repeating: Self.request, count: 12) + Self.head(ofBytes: Self.largeSize)
                + String(repeating: " ", count: Self.largeSize - 1)
        }
    }

    private static let largeSize = 512 * 1024
    private static let request = "GET /status HTTP/1.1\r\nHost: observer\r\n\r\n"

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
