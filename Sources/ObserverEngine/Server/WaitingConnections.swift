import NIOCore
import Synchronization

/// The connections whose client keeps us waiting, for a request or by not reading an answer. There is room for so many; who
/// has kept us waiting longest makes room for the next, so that a crowd of idlers keeps nobody out.
final class WaitingConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: (turn: UInt64, channel: any Channel)] = [:]
        var lastTurn: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Its client keeps us waiting from now on.
    func enter(_ channel: any Channel) {
        let displaced = state.withLock { state -> (any Channel)? in
            state.lastTurn += 1
            state.channels[ObjectIdentifier(channel)] = (state.lastTurn, channel)
            guard state.channels.count > capacity else { return nil }
            let oldest = state.channels.min { $0.value.turn < $1.value.turn }
            return oldest.flatMap { state.channels.removeValue(forKey: $0.key)?.channel }
        }
        displaced?.close(promise: nil)
    }

    /// It is our turn, or it is gone.
    func leave(_ channel: any Channel) {
        state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}
