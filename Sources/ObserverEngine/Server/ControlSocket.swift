package import Hummingbird
package import Logging
import ServiceLifecycle

/// Serves the control API on a Unix socket in the state directory, or elsewhere if the file system does not allow that. Without
/// any socket the observer still works.
package struct ControlSocket: Service {
    private let server: ObserverServer
    private let otherServer: ObserverServer
    private let otherPath: String
    private let listening: Latch<String?>
    private let logger: Logger

    /// - Parameter listening: Set to the path of the socket once connections are accepted; nil if there is none.
    package init(
        at location: StateLocation, router: Router<ObserverRequestContext>, listening: Latch<String?>, logger: Logger
    ) {
        server = ObserverServer(
            router: router, socket: location.controlSocket, listening: listening, logger: logger)
        otherPath = location.otherControlSocket
        otherServer = ObserverServer(router: router, socket: otherPath, listening: listening, logger: logger)
        self.listening = listening
        self.logger = logger
    }

    package func run() async throws {
        do {
            try await server.run()
        } catch let failure as ObserverServer.ListenFailure {
            logger.warning("\(failure)")
            try await serveElsewhere()
        }
    }

    private func serveElsewhere() async throws {
        guard PrivateDirectory.create() else { return try await workWithout("\(PrivateDirectory.path) is not private") }
        do {
            logger.warning("Using the control socket \(otherPath) instead; commands find it there.")
            try await otherServer.run()
        } catch let failure as ObserverServer.ListenFailure {
            try await workWithout("\(failure)")
        }
    }

    private func workWithout(_ reason: String) async throws {
        logger.warning(
            "No control socket: \(reason). Deployments work; for the commands set DPLOY_OBSERVER_ADMIN_TOKEN and use -url."
        )
        listening.set(nil)
        try await gracefulShutdown()
    }
}
