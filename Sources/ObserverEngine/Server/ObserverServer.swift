import Foundation
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// An HTTP server: the public one that GitHub talks to, or the control socket.
package struct ObserverServer: Service {
    /// The server can't listen on its address.
    package struct ListenFailure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Connections cost memory; further ones wait in the backlog.
    private static let connectionLimit = 512
    /// The rest is reserved for connections with a request in progress, so that idle ones can always be evicted.
    private static let idleLimit = 384

    private let application: Application<RouterResponder<ObserverRequestContext>>
    private let address: String

    /// - Parameters:
    ///   - certificate: For TLS; nil serves plain HTTP.
    ///   - listening: Set to the port once connections are accepted.
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

    /// A server on a Unix socket that only its owner may use. It replaces an existing socket, so its directory must be
    /// locked.
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
            throw ListenFailure(
                description: "Can't listen on \(address): \(error). Choose another address with -listen.")
        }
    }

    private static func application(
        _ router: Router<ObserverRequestContext>, at address: BindAddress, certificate: ServerCertificate?,
        logger: Logger, onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> Application<RouterResponder<ObserverRequestContext>> {
        let idle = IdleConnections(capacity: idleLimit)
        return Application(
            router: router,
            server: HTTPServerBuilder { responder in
                ServedConnection(
                    http: HTTP1Channel(
                        responder: responder,
                        configuration: .init(additionalChannelHandlers: [ConnectionTimeoutHandler(idle: idle)])),
                    certificate: certificate)
            },
            configuration: .init(
                address: address, serverName: "dploy-observer", backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(connectionLimit)),
            onServerRunning: onServerRunning,
            logger: logger.quieter)
    }
}

/// The context of a request.
package struct ObserverRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The client's address; nil on a Unix socket, or if a trusted proxy does not report it.
    package var client: IPAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        client = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }
}

extension Logger {
    /// Hummingbird's own log lines are not meant for operators.
    fileprivate var quieter: Logger {
        var logger = self
        logger.logLevel = .critical
        return logger
    }
}
