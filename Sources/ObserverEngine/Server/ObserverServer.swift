import Foundation
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// One HTTP server: the public one that GitHub talks to, or the control socket.
package struct ObserverServer: Service {
    /// The address can't be listened on.
    package struct ListenFailure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Each costs memory; more wait in the backlog.
    private static let connectionLimit = 512
    /// Of these, those whose clients may keep us waiting. The rest is room for answers, so that a crowd can always be
    /// thinned out.
    private static let waitingLimit = 384

    private let application: Application<RouterResponder<ObserverRequestContext>>
    private let address: String

    /// - Parameters:
    ///   - certificate: What it shows over TLS; without one it speaks plain HTTP.
    ///   - listening: Is set to the port once connections are taken.
    package init(
        router: Router<ObserverRequestContext>, address: ListenAddress, certificate: ServerCertificate?,
        listening: Latch<Int>, logger: Logger
    ) {
        self.address = address.description
        application = Self.application(
            router, at: .hostname(address.host, port: address.port), certificate: certificate, logger: logger
        ) { channel in
            let port = channel.localAddress?.port ?? address.port
            let listener = ListenAddress(host: address.host, port: port)
            logger.info("Listening on \(listener)\(certificate.map { " with \($0.summary)" } ?? "")")
            listening.set(port)
        }
    }

    /// A server on a Unix socket that only its owner may use. Its directory must be locked: the path is taken over from
    /// whoever listened there before.
    package init(router: Router<ObserverRequestContext>, socket: String, logger: Logger) {
        address = socket
        application = Self.application(
            router, at: .unixDomainSocket(path: SocketPath.reachable(socket)), certificate: nil, logger: logger
        ) { _ in
            try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: socket)
        }
    }

    package func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenFailure(
                description: "Can't listen on \(address): \(error.shortReason). Choose another address with -listen.")
        } catch let error as NIOConnectionError {
            throw ListenFailure(description: "Can't listen on \(address): \(error). Choose another with -listen.")
        }
    }

    private static func application(
        _ router: Router<ObserverRequestContext>, at address: BindAddress, certificate: ServerCertificate?,
        logger: Logger, onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> Application<RouterResponder<ObserverRequestContext>> {
        let waiting = WaitingConnections(capacity: waitingLimit)
        return Application(
            router: router,
            server: HTTPServerBuilder { responder in
                ServedConnection(
                    http: HTTP1Channel(
                        responder: responder,
                        configuration: .init(additionalChannelHandlers: [ConnectionWatch(waiting: waiting)])),
                    certificate: certificate)
            },
            configuration: .init(
                address: address, serverName: "dploy-observer", backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(connectionLimit)),
            onServerRunning: onServerRunning,
            logger: logger.quieter)
    }
}

extension Logger {
    /// The server's own chatter is not the operator's.
    fileprivate var quieter: Logger {
        var logger = self
        logger.logLevel = .critical
        return logger
    }
}
