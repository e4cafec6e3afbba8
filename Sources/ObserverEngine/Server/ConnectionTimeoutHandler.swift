import NIOCore
import NIOHTTPTypes

/// The body of a request did not arrive in time.
package struct BodyTooSlow: Error, Equatable {
    package let limit: Duration
}

/// Closes connections whose client sends nothing, sends a request too slowly or does not read the response, and registers
/// them as idle while the server waits for the client.
final class ConnectionTimeoutHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// For a complete request including TLS, since the connection was accepted or the previous response was sent.
    private static let requestTimeout = TimeAmount.seconds(60)
    /// For the body of a request, since its head was received. GitHub itself gives up after 10 s.
    private static let bodyTimeout = Duration.seconds(30)
    /// For reading any part of a response.
    private static let readingTimeout = TimeAmount.seconds(30)

    private let idle: IdleConnections
    private var progress = RequestProgress()
    private var requestDeadline: NIODeadline?
    /// Fires at the deadline or before it: most deadlines are postponed by then, and none is scheduled for each request.
    private var requestTimer: Scheduled<Void>?
    private var bodyTimer: Scheduled<Void>?
    private var readingTimer: Scheduled<Void>?

    init(idle: IdleConnections) {
        self.idle = idle
    }

    func handlerAdded(context: ChannelHandlerContext) {
        act(.await, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idle.remove(context.channel)
        for timer in [requestTimer, bodyTimer, readingTimer] { timer?.cancel() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: progress.isReceiving = true
        case .body: break
        case .end:
            progress.isReceiving = false
            bodyTimer?.cancel()
            bodyTimer = nil
            act(progress.requestEnded(), context)
        }
        context.fireChannelRead(data)
    }

    /// Most requests are complete with the first read.
    func channelReadComplete(context: ChannelHandlerContext) {
        if progress.isReceiving, bodyTimer == nil {
            let pipeline = context.pipeline
            bodyTimer = context.eventLoop.scheduleTask(in: TimeAmount(Self.bodyTimeout)) {
                pipeline.fireErrorCaught(BodyTooSlow(limit: Self.bodyTimeout))
            }
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { act(progress.responseEnded(), context) }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readingTimer?.cancel()
        readingTimer = nil
        if !context.channel.isWritable {
            let channel = context.channel
            readingTimer = channel.eventLoop.scheduleTask(in: Self.readingTimeout) { channel.close(promise: nil) }
            idle.insert(channel)
        } else if progress.isResponding {
            idle.remove(context.channel)
        }
        context.fireChannelWritabilityChanged()
    }

    private func act(_ action: RequestProgress.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: return
        case .await:
            requestDeadline = context.eventLoop.now + Self.requestTimeout
            if requestTimer == nil { schedule(context) }
            idle.insert(context.channel)
        case .respond:
            requestDeadline = nil
            idle.remove(context.channel)
        case .close: context.close(promise: nil)
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let requestDeadline else { return }
        requestTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: requestDeadline) { [self] in
            requestTimer = nil
            guard let deadline = self.requestDeadline else { return }
            if deadline <= context.eventLoop.now { context.close(promise: nil) } else { schedule(context) }
        }
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

    /// Whether a request is still being received.
    var isReceiving = false

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
