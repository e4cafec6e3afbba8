import HummingbirdCore
import Logging
import NIOCore

/// Sets a connection up for HTTP only when somebody is sure to serve it.
///
/// Hummingbird's own `HTTP1Channel` does so as soon as the connection is accepted; one that arrives while the server
/// stops is then dropped half set up, which NIO takes for a bug and ends the process.
struct ServedConnection: ServerChildChannel {
    struct Accepted: ServerChildChannelValue {
        let channel: any Channel
    }

    let http: HTTP1Channel

    /// Nothing is read before somebody serves the connection.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Accepted> {
        channel.setOption(.autoRead, value: false).map { Accepted(channel: channel) }
    }

    func handle(value: Accepted, logger: Logger) async {
        let channel = value.channel
        // One that is closed already concerns nobody.
        guard
            let connection = try? await channel.eventLoop.flatSubmit({ http.setup(channel: channel, logger: logger) })
                .get()
        else { return }
        try? await channel.setOption(.autoRead, value: true).get()
        await http.handle(value: connection, logger: logger)
    }
}
