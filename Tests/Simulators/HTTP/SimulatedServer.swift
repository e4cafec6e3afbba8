import NIOCore
import NIOHTTP1
import NIOPosix

import struct Foundation.Date

/// One HTTP server on 127.0.0.1: it keeps a log, injects faults, and can go away and come back on the same port.
package final class SimulatedServer: Sendable {
    typealias Handler = @Sendable (SimulatedRequest) async -> SimulatedResponse
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>
    typealias Listener = NIOAsyncChannel<Accepted, Never>

    /// `http://127.0.0.1:PORT`, without a trailing slash.
    package let url: String
    package let port: Int
    let log = Watched<[RecordedRequest]>([])
    let faults = FaultList()

    private let firstListener: Listener
    private let power = Watched(Power(wanted: true, actual: true))

    /// A connection, closed at the latest when nobody serves it any more, or ever did.
    final class Accepted: Sendable {
        let channel: any Channel

        init(_ channel: any Channel) { self.channel = channel }

        deinit { channel.close(promise: nil) }
    }

    private struct Power {
        var wanted: Bool
        var actual: Bool
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

    /// Serves until cancelled. No listener is dropped before it has served, which would end the process.
    func run(_ handler: @escaping Handler) async throws {
        var next: Listener? = firstListener
        while true {
            if let listener = next {
                await serve(listener, handler)
                next = nil
                power.change { $0.actual = false }
            }
            try Task.checkCancellation()
            _ = try await power.wait(for: "being started", timeout: nil) { $0.wanted ? true : nil }
            next = try await Self.listen(again: port)
            power.change { $0.actual = true }
        }
    }

    /// Closes the port and every connection, as if the machine had gone; ``start()`` brings it back.
    package func stop() async throws {
        power.change { $0.wanted = false }
        _ = try await power.wait(for: "\(url) to be gone") { $0.actual ? nil : true }
    }

    package func start() async throws {
        power.change { $0.wanted = true }
        _ = try await power.wait(for: "\(url) to be back") { $0.actual ? true : nil }
    }

    private func serve(_ listener: Listener, _ handler: @escaping Handler) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await accepted in connections {
                            group.addTask {
                                defer { withExtendedLifetime(accepted) {} }
                                // One that is closed already concerns nobody.
                                guard let connection = try? await Self.open(accepted.channel) else { return }
                                await ServerConnection(server: self, connection: connection, handler: handler).run()
                            }
                        }
                    }
                }
            }
            group.addTask {
                _ = try? await self.power.wait(for: "being stopped", timeout: nil) {
                    $0.wanted ? nil : true
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Wraps a connection where it is sure to be served: a wrapped one that is dropped instead ends the process.
    private static func open(_ channel: any Channel) async throws -> Connection {
        let connection = try await channel.eventLoop.submit {
            try Connection(wrappingChannelSynchronously: channel)
        }.get()
        try? await channel.setOption(.autoRead, value: true).get()
        return connection
    }

    /// Somebody's connection may have been given the port meanwhile; such a one ends soon.
    private static func listen(again port: Int) async throws -> Listener {
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
            // Nothing is read before somebody serves the connection.
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
