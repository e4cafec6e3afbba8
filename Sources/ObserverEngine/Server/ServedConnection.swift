import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sets up a connection for HTTP only when it is served.
///
/// Hummingbird's own `HTTP1Channel` does so when the connection is accepted. If the server stops at that moment, the
/// connection is dropped half set up, which NIO treats as a bug and crashes.
struct ServedConnection: ServerChildChannel {
    struct Accepted: ServerChildChannelValue {
        let channel: any Channel
    }

    /// Up to ten reads per connection are buffered. At 64 KiB each, hundreds of clients that send without being read used
    /// 250 MB. Most deliveries fit into one read.
    private static let receiving = AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16384, maximum: 16384)

    let http: HTTP1Channel
    /// nil serves without TLS.
    let certificate: ServerCertificate?

    /// Disables reading until the connection is served.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Accepted> {
        channel.setOption(.autoRead, value: false)
            .flatMap { channel.setOption(.recvAllocator, value: Self.receiving) }
            .map { Accepted(channel: channel) }
    }

    func handle(value: Accepted, logger: Logger) async {
        let channel = value.channel
        let tls = await certificate?.current()
        // The connection may be closed already.
        guard
            let connection = try? await channel.eventLoop.flatSubmit({ begin(channel, tls, logger) }).get()
        else { return }
        await withTaskExecutorPreference(LoopExecutor(channel.eventLoop)) {
            try? await channel.setOption(.autoRead, value: true).get()
            await http.handle(value: connection, logger: logger)
        }
    }

    private func begin(
        _ channel: any Channel, _ tls: NIOSSLContext?, _ logger: Logger
    ) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
        }.flatMap { http.setup(channel: channel, logger: logger) }
    }
}

/// Runs tasks on the thread of an event loop.
///
/// The tasks of a connection run on the thread that reads and writes it, so that a request needs no change of threads.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        loop.execute { job.runSynchronously(on: executor) }
    }
}
