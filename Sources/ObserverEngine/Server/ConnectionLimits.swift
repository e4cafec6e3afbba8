import NIOCore
import Synchronization

/// How many connections a server accepts. Further ones wait in the backlog.
struct ConnectionLimits: Equatable {
    private static let most = 512
    private static let least = 32
    /// Files for the database, GitHub, Marathon and the log.
    private static let reserve = 128

    /// Connections cost memory.
    let all: Int
    /// The rest is reserved for connections with a request in progress, so that idle ones can always be evicted.
    let idle: Int

    /// - Parameter openFiles: How many files and connections the process may have open: idle connections must leave enough.
    init(openFiles: Int) {
        all = min(max(openFiles - Self.reserve, Self.least), Self.most)
        idle = all * 3 / 4
    }

    /// Whether the process may have too few files open for all connections.
    var isReduced: Bool { all < Self.most }
}

/// The connections on which the server waits for the client to send a request or to read a response. When there are too
/// many, the longest idle one is closed, so that a flood of idle connections does not block deliveries.
final class IdleConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: (number: UInt64, channel: any Channel)] = [:]
        var lastNumber: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Registers a connection, and closes the longest idle one if there are too many.
    func insert(_ channel: any Channel) {
        let evicted = state.withLock { state -> (any Channel)? in
            state.lastNumber += 1
            state.channels[ObjectIdentifier(channel)] = (state.lastNumber, channel)
            guard state.channels.count > capacity else { return nil }
            let oldest = state.channels.min { $0.value.number < $1.value.number }
            return oldest.flatMap { state.channels.removeValue(forKey: $0.key)?.channel }
        }
        evicted?.close(promise: nil)
    }

    func remove(_ channel: any Channel) {
        state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}
