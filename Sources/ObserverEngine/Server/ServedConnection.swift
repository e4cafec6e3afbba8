import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// Sets a connection up for HTTP only when somebody is sure to serve it.
///
/// Hummingbird's own `HTTP1Channel` does so as soon as the connection is accepted; one that arrives while the server
/// stops is then dropped half set up, which NIO takes for a bug and ends the process.
struct ServedConnection: ServerChildChannel {
    struct Accepted: ServerChildChannelValue {
        let channel: any Channel
    }

    /// Ten reads of each connection wait in memory until somebody asks for them; at 64 KiB, hundreds of clients that send
    /// and are not heard held 250 MB.
    private static let receiving = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2048, maximum: 8192)

    let http: HTTP1Channel
    /// nil: without TLS.
    let certificate: ServerCertificate?

    /// Nothing is read before somebody serves the connection.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Accepted> {
        channel.setOption(.autoRead, value: false)
            .flatMap { channel.setOption(.recvAllocator, value: Self.receiving) }
            .map { Accepted(channel: channel) }
    }

    func handle(value: Accepted, logger: Logger) async {
        let channel = value.channel
        let tls = certificate?.current()
        // One that is closed already concerns nobody.
        guard
            let connection = try? await channel.eventLoop.flatSubmit({ begin(channel, tls, logger) }).get()
        else { return }
        try? await channel.setOption(.autoRead, value: true).get()
        await http.handle(value: connection, logger: logger)
    }

    private func begin(
        _ channel: any Channel, _ tls: NIOSSLContext?, _ logger: Logger
    ) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
        }.flatMap { http.setup(channel: channel, logger: logger) }
    }
}
