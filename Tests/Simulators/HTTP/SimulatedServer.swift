import NIOCore
import NIOHTTP1
import NIOPosix

/// An HTTP server on 127.0.0.1 that logs requests, injects faults, and can stop and restart on the same port.
package final class SimulatedServer: Sendable {
    typealias Handler = @Sendable (SimulatedRequest) async -> SimulatedResponse
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>
    typealias Listener = NIOAsyncChannel<Accepted, Never>

    /// `http://127.0.0.1:PORT`, without a trailing slash.
    package let url: String
    package let port: Int
    let log = Awaitable<[RecordedRequest]>([])
    let faults = FaultList()

    private let firstListener: Listener
    private let runState = Awaitable(RunState(isWanted: true, isListening: true))

    /// An accepted connection. Closed on deinit, so that it is not leaked if it is never served.
    final class Accepted: Sendable {
        let channel: any Channel

        init(_ channel: any Channel) { self.channel = channel }

        deinit { channel.close(promise: nil) }
    }

    private struct RunState {
        var isWanted: Bool
        var isListening: Bool
    }

    private init(listener: Listener, port: Int) {
        self.firstListener = listener
        self.port = port
        self.url = "http://127.0.0.1:\(port)"
    }

    /// Binds a free port; connections wait in the backlog until ``run(_:)``.
    static func bind() async throws -> SimulatedServer {
        let listener = try await listen(port: 0)
        guard let port = listener.channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        return SimulatedServer(listener: listener, port: port)
    }

    /// Serves until cancelled. Every listener is served: NIO traps when one is dropped before that.
    func run(_ handler: @escaping Handler) async throws {
        var next: Listener? = firstListener
        while true {
            if let listener = next {
                await serve(listener, handler)
                next = nil
                runState.change { $0.isListening = false }
            }
            try Task.checkCancellation()
            _ = try await runState.wait(for: "the server to start", timeout: nil) { $0.isWanted ? true : nil }
            next = try await Self.relisten(on: port)
            runState.change { $0.isListening = true }
        }
    }

    /// Closes the port and every connection, as if the machine were down. ``start()`` reopens the port.
    package func stop() async throws {
        runState.change { $0.isWanted = false }
        _ = try await runState.wait(for: "\(url) to stop") { $0.isListening ? nil : true }
    }

    package func start() async throws {
        runState.change { $0.isWanted = true }
        _ = try await runState.wait(for: "\(url) to start") { $0.isListening ? true : nil }
    }

    private func serve(_ listener: Listener, _ handler: @escaping Handler) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await accepted in connections {
                            group.addTask {
                                defer { withExtendedLifetime(accepted) {} }
                                // Ignore a connection that is already closed.
                                guard let connection = try? await Self.open(accepted.channel) else { return }
                                await ServerConnection(server: self, connection: connection, handler: handler).run()
                            }
                        }
                    }
                }
            }
            group.addTask {
                _ = try? await self.runState.wait(for: "the server to stop", timeout: nil) {
                    $0.isWanted ? nil : true
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Wraps a connection. The caller must serve it: NIO traps when a wrapped connection is dropped.
    private static func open(_ channel: any Channel) async throws -> Connection {
        let connection = try await channel.eventLoop.submit {
            try Connection(wrappingChannelSynchronously: channel)
        }.get()
        try? await channel.setOption(.autoRead, value: true).get()
        return connection
    }

    /// Retries until the port is free: an outgoing connection may have been assigned it in the meantime.
    private static func relisten(on port: Int) async throws -> Listener {
        while true {
            do {
                return try await listen(port: port)
            } catch {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private static func listen(port: Int) async throws -> Listener {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Do not read before the connection is served.
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
                    try channel.pipeline.syncOperations.addHandler(decoder)
                    return Accepted(channel)
                }
            }
    }
}

/// Returns a port of 127.0.0.1 that was free a moment ago. It is below the ephemeral range, so that no outgoing connection
/// takes it in the meantime.
package func freePort() async throws -> Int {
    while true {
        let port = Int.random(in: 20_000..<32_000)
        do {
            let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .bind(host: "127.0.0.1", port: port)
                .get()
            try await channel.close()
            return port
        } catch is IOError {
            continue
        }
    }
}
