package import Hummingbird
package import Logging
import ServiceLifecycle

/// Serves the control API on a Unix socket in the state directory, or elsewhere if the file system does not allow that. Without
/// any socket the observer still works. A socket that is removed is created again.
package struct ControlSocket: Service {
    private let location: StateLocation
    private let router: @Sendable () -> Router<ObserverRequestContext>
    private let listening: Latch<String?>
    private let prepare: @Sendable () throws -> Void
    private let interval: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - router: Called for each socket.
    ///   - listening: Set to the path of the socket once connections are accepted; nil if there is none.
    ///   - interval: The time between two checks whether the socket is still there.
    ///   - prepare: Called before a removed socket is created again; its directory may be gone, too.
    package init(
        at location: StateLocation, router: @escaping @Sendable () -> Router<ObserverRequestContext>,
        listening: Latch<String?>, checkingEvery interval: Duration = .seconds(10), logger: Logger,
        prepare: @escaping @Sendable () throws -> Void = {}
    ) {
        self.location = location
        self.router = router
        self.listening = listening
        self.interval = interval
        self.logger = logger
        self.prepare = prepare
    }

    package func run() async throws {
        do {
            try await serve(at: location.controlSocket, listening)
        } catch let failure as ObserverServer.ListenFailure {
            logger.warning("\(failure)")
            try await serveElsewhere()
        }
    }

    private func serveElsewhere() async throws {
        guard PrivateDirectory.create() else { return try await workWithout("\(PrivateDirectory.path) is not private") }
        let path = location.otherControlSocket
        do {
            logger.warning("Using the control socket \(path) instead; commands find it there.")
            try await serve(at: path, listening)
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

    // MARK: - Serving

    /// Serves until the end, and once more if the socket is removed. Connections to the removed one continue.
    /// - Throws: `ObserverServer.ListenFailure` if the path can't be used.
    private func serve(at path: String, _ listening: Latch<String?>, isRestored: Bool = false) async throws {
        let server = ObserverServer(router: router(), socket: path, listening: listening, logger: logger)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await server.run()
                return true
            }
            group.addTask {
                guard await isRemoved(path, servedSince: listening, isRestored: isRestored) else { return false }
                try await restore(path)
                return false
            }
            // A server that ends too early ends the service, which is reported.
            for try await hasEnded in group where hasEnded && !Task.isShuttingDownGracefully { group.cancelAll() }
        }
    }

    /// Waits until the socket is gone, or another one has its path.
    /// - Returns: false if the server stops first.
    private func isRemoved(_ path: String, servedSince listening: Latch<String?>, isRestored: Bool) async -> Bool {
        await cancelWhenGracefulShutdown {
            guard (try? await listening.get()) != nil else { return false }
            if isRestored { logger.warning("The control socket \(path) was removed; created it again.") }
            let own = FileStamp(path: path)?.identity
            repeat {
                guard (try? await Task.sleep(for: interval)) != nil else { return false }
            } while own != nil && FileStamp(path: path)?.identity == own
            return true
        }
    }

    /// Creates a removed socket again as soon as that is possible, and serves it.
    private func restore(_ path: String) async throws {
        var reported: String?
        while true {
            do {
                try prepare()
                guard path != location.otherControlSocket || PrivateDirectory.create() else {
                    throw ObserverServer.ListenFailure(description: "\(PrivateDirectory.path) is not private.")
                }
                return try await serve(at: path, Latch(), isRestored: true)
            } catch let error where !(error is CancellationError) {
                let sentence = "The control socket \(path) was removed and can't be created again yet. \(error)"
                if sentence != reported { logger.warning("\(sentence)") }
                reported = sentence
            }
            let isOver = await cancelWhenGracefulShutdown { (try? await Task.sleep(for: interval)) == nil }
            if isOver { return }
        }
    }
}
