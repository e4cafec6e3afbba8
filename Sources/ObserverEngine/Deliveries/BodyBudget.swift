import Synchronization

/// How many bytes of deliveries are in memory at a time. Strangers can send bodies too, and only the whole body shows who
/// signed it.
package final class BodyBudget: Sendable {
    /// Room that one body has taken; it is given back with the value.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let taken = Mutex(0)

        fileprivate init(_ budget: BodyBudget) { self.budget = budget }

        deinit { budget.giveBack(taken.withLock(\.self)) }

        /// Takes what a body of this size needs.
        /// - Returns: Whether there was room for it.
        func grow(to size: Int) -> Bool {
            taken.withLock { taken in
                let more = max(0, size - BodyBudget.free) - taken
                guard more > 0 else { return true }
                guard budget.take(more) else { return false }
                taken += more
                return true
            }
        }
    }

    /// So much of each body is not counted: ordinary deliveries get through while large ones wait for room.
    static let free = 64 * 1024

    private let limit: Int
    private let used = Mutex(0)

    package init(limit: Int = 40 * 1024 * 1024) {
        self.limit = limit
    }

    func share() -> Share { Share(self) }

    private func take(_ bytes: Int) -> Bool {
        used.withLock { used in
            guard used + bytes <= limit else { return false }
            used += bytes
            return true
        }
    }

    private func giveBack(_ bytes: Int) {
        used.withLock { $0 -= bytes }
    }
}
