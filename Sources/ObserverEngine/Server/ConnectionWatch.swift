import NIOCore
import NIOHTTPTypes

/// Sees to it that no client keeps a connection without using it: by sending nothing, or a request byte by byte, or by not
/// reading what it asked for. Where many do, those that keep us waiting make room.
final class ConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// For a request as a whole, from the connection or the answer before it on, with all of TLS.
    private static let requestLimit = TimeAmount.seconds(60)
    /// For reading anything of an answer.
    private static let readingLimit = TimeAmount.seconds(30)

    private let waiting: WaitingConnections
    private var progress = RequestProgress()
    private var requestDeadline: Scheduled<Void>?
    private var readingDeadline: Scheduled<Void>?

    init(waiting: WaitingConnections) {
        self.waiting = waiting
    }

    func handlerAdded(context: ChannelHandlerContext) {
        act(.await, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        waiting.leave(context.channel)
        requestDeadline?.cancel()
        readingDeadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { act(progress.requestEnded(), context) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { act(progress.answerEnded(), context) }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readingDeadline?.cancel()
        readingDeadline = nil
        if !context.channel.isWritable {
            readingDeadline = close(context.channel, after: Self.readingLimit)
            waiting.enter(context.channel)
        } else if progress.isAnswering {
            waiting.leave(context.channel)
        }
        context.fireChannelWritabilityChanged()
    }

    private func act(_ action: RequestProgress.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: return
        case .await:
            requestDeadline?.cancel()
            requestDeadline = close(context.channel, after: Self.requestLimit)
            waiting.enter(context.channel)
        case .answer:
            requestDeadline?.cancel()
            waiting.leave(context.channel)
        case .close: context.close(promise: nil)
        }
    }

    private func close(_ channel: any Channel, after limit: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }
}
