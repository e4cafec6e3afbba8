import NIOCore
import NIOHTTPTypes

/// Closes connections whose client sends nothing, sends a request too slowly or does not read the response, and registers
/// them as idle while the server waits for the client.
final class ConnectionTimeoutHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// For a complete request including TLS, since the connection was accepted or the previous response was sent.
    private static let requestTimeout = TimeAmount.seconds(60)
    /// For reading any part of a response.
    private static let readingTimeout = TimeAmount.seconds(30)

    private let idle: IdleConnections
    private var progress = RequestProgress()
    private var requestDeadline: Scheduled<Void>?
    private var readingDeadline: Scheduled<Void>?

    init(idle: IdleConnections) {
        self.idle = idle
    }

    func handlerAdded(context: ChannelHandlerContext) {
        act(.await, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idle.remove(context.channel)
        requestDeadline?.cancel()
        readingDeadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { act(progress.requestEnded(), context) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { act(progress.responseEnded(), context) }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readingDeadline?.cancel()
        readingDeadline = nil
        if !context.channel.isWritable {
            readingDeadline = close(context.channel, after: Self.readingTimeout)
            idle.insert(context.channel)
        } else if progress.isResponding {
            idle.remove(context.channel)
        }
        context.fireChannelWritabilityChanged()
    }

    private func act(_ action: RequestProgress.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: return
        case .await:
            requestDeadline?.cancel()
            requestDeadline = close(context.channel, after: Self.requestTimeout)
            idle.insert(context.channel)
        case .respond:
            requestDeadline?.cancel()
            idle.remove(context.channel)
        case .close: context.close(promise: nil)
        }
    }

    private func close(_ channel: any Channel, after timeout: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    }
}

/// Whether a connection waits for the client to send a request or for the server to respond.
private struct RequestProgress {
    enum Action: Equatable {
        case none
        /// The server now waits for a request.
        case await
        /// A request is complete; the server has to respond.
        case respond
        /// The client pipelines too many requests.
        case close
    }

    /// The maximum number of requests without a response.
    private static let limit = 16

    /// Complete requests minus complete responses. Negative while a request that was rejected early is still received.
    private var unanswered = 0

    /// Whether the server has to respond.
    var isResponding: Bool { unanswered > 0 }

    mutating func requestEnded() -> Action {
        unanswered += 1
        switch unanswered {
        case 1: return .respond
        case 0: return .await
        case ...Self.limit: return .none
        default: return .close
        }
    }

    mutating func responseEnded() -> Action {
        unanswered -= 1
        // Below zero, the rest of a rejected request is still to come, not a new request.
        return unanswered == 0 ? .await : .none
    }
}
