import ServiceLifecycle

/// A service that may end only at a shutdown: any other end is an error, which ends the program with a line and a status.
struct SupervisedService: Service {
    /// A service ended by itself.
    struct EndedEarly: Error, CustomStringConvertible {
        let name: String

        var description: String {
            "Internal error: \(name) ended unexpectedly. Restart the observer, and report this with its log."
        }
    }

    let service: any Service
    /// Set when it may start; nil starts it at once.
    var begin: Latch<Int>?
    private var name: String { "\(type(of: service))" }

    func run() async throws {
        do {
            if let begin { _ = try await cancelWhenGracefulShutdown { try await begin.get() } }
            try await service.run()
        } catch is CancellationError {
            // The only error that may mean a shutdown.
        }
        guard Task.isCancelled || Task.isShuttingDownGracefully else { throw EndedEarly(name: name) }
    }
}
