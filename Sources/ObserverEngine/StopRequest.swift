import ServiceLifecycle

/// Ends the engine when its owner asks for it: returning ends the group.
struct StopRequest: Service {
    let requested: Latch<Void>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            try? await requested.get()
        }
    }
}
