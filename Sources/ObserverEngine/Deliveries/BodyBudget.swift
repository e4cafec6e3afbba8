import Synchronization

/// How many bytes of deliveries are in memory at a time. Strangers can send bodies too, and only the whole body shows who
/// signed it; where there is no room, the body that has been coming for longest makes some.
package final class BodyBudget: Sendable {
    /// Room that one body has taken; it is given back with the value.
    package final class Share: Sendable {
        /// Set where it has to make room for others.
        package let isEvicted = Latch<Void>()
        private let budget: BodyBudget
        /// Counts up: whoever has the lowest began first.
        private let number: Int

        fileprivate init(_ budget: BodyBudget, number: Int) { (self.budget, self.number) = (budget, number) }

        deinit { budget.giveBack(number) }

        /// Takes what so much of a body needs.
        /// - Returns: Whether there was room for it.
        package func grow(to size: Int) -> Bool {
            let (hasRoom, evicted) = budget.grow(number, to: max(0, size - BodyBudget.free))
            for share in evicted { share.set(()) }
            return hasRoom
        }

        /// Says that the body is complete; it makes room for nobody.
        package func complete() { budget.complete(number) }

        fileprivate func enter(_ state: inout State) {
            state.entries[number] = Entry(isEvicted: isEvicted)
        }
    }

    fileprivate struct Entry {
        let isEvicted: Latch<Void>
        var taken = 0
        var isComplete = false
    }

    fileprivate struct State {
        var used = 0
        var last = 0
        /// Those that were evicted are not there any more.
        var entries: [Int: Entry] = [:]
    }

    /// So much of each body is not counted: ordinary deliveries get through while large ones wait for room.
    package static let free = 64 * 1024

    private let limit: Int
    private let state = Mutex(State())

    package init(limit: Int = 40 * 1024 * 1024) {
        self.limit = limit
    }

    package func share() -> Share {
        state.withLock { state in
            state.last += 1
            let share = Share(self, number: state.last)
            share.enter(&state)
            return share
        }
    }

    private func grow(_ number: Int, to size: Int) -> (hasRoom: Bool, evicted: [Latch<Void>]) {
        state.withLock { state in
            var evicted: [Latch<Void>] = []
            while let entry = state.entries[number] {
                let more = max(0, size - entry.taken)
                guard state.used + more > limit else {
                    state.used += more
                    state.entries[number]?.taken += more
                    return (true, evicted)
                }
                let oldest = state.entries
                    .filter { !$0.value.isComplete && ($0.value.taken > 0 || $0.key == number) }
                    .min { $0.key < $1.key }
                guard let oldest else { break }
                state.remove(oldest.key)
                evicted.append(oldest.value.isEvicted)
            }
            return (false, evicted)
        }
    }

    private func complete(_ number: Int) {
        state.withLock { $0.entries[number]?.isComplete = true }
    }

    private func giveBack(_ number: Int) {
        state.withLock { $0.remove(number) }
    }
}

extension BodyBudget.State {
    fileprivate mutating func remove(_ number: Int) {
        used -= entries.removeValue(forKey: number)?.taken ?? 0
    }
}
