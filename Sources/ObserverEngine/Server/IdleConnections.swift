import NIOCore
import Synchronization

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
