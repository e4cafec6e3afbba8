import Synchronization

/// Limits the memory for the bodies of deliveries. Anyone can send a body, and only the whole body shows who signed it; when
/// the memory is full, the oldest incomplete body is evicted.
package final class BodyMemoryLimit: Sendable {
    package typealias Eviction = @Sendable () -> Void

    /// The memory that one body uses; released with the value.
    package final class Share: Sendable {
        private let limit: BodyMemoryLimit
        /// Counts up: the lowest is the oldest.
        private let number: Int

        fileprivate init(_ limit: BodyMemoryLimit, number: Int) { (self.limit, self.number) = (limit, number) }

        deinit { limit.release(number) }

        /// Reserves memory for a body of this size.
        /// - Returns: Whether there was enough.
        package func grow(to size: Int) -> Bool {
            let (fits, evicted) = limit.grow(number, to: max(0, size - BodyMemoryLimit.free))
            for evict in evicted { evict() }
            return fits
        }

        /// Protects a complete body from eviction.
        package func complete() { limit.complete(number) }
    }

    fileprivate struct Entry {
        let evict: Eviction
        var reserved = 0
        var isComplete = false
    }

    fileprivate struct State {
        var used = 0
        var last = 0
        /// Without the evicted ones.
        var entries: [Int: Entry] = [:]
    }

    /// The bytes of each body that are not counted: ordinary deliveries get through while large ones wait.
    package static let free = 64 * 1024

    private let limit: Int
    private let state = Mutex(State())

    package init(bytes limit: Int = 40 * 1024 * 1024) {
        self.limit = limit
    }

    /// - Parameter eviction: Called if the body has to be dropped in favour of others.
    package func share(evictedBy eviction: @escaping Eviction) -> Share {
        state.withLock { state in
            state.last += 1
            state.entries[state.last] = Entry(evict: eviction)
            return Share(self, number: state.last)
        }
    }

    private func grow(_ number: Int, to size: Int) -> (fits: Bool, evicted: [Eviction]) {
        state.withLock { state in
            var evicted: [Eviction] = []
            while let entry = state.entries[number] {
                let more = max(0, size - entry.reserved)
                guard state.used + more > limit else {
                    state.used += more
                    state.entries[number]?.reserved += more
                    return (true, evicted)
                }
                let oldest = state.entries
                    .filter { !$0.value.isComplete && ($0.value.reserved > 0 || $0.key == number) }
                    .min { $0.key < $1.key }
                guard let oldest else { break }
                state.remove(oldest.key)
                evicted.append(oldest.value.evict)
            }
            return (false, evicted)
        }
    }

    private func complete(_ number: Int) {
        state.withLock { $0.entries[number]?.isComplete = true }
    }

    private func release(_ number: Int) {
        state.withLock { $0.remove(number) }
    }
}

extension BodyMemoryLimit.State {
    fileprivate mutating func remove(_ number: Int) {
        used -= entries.removeValue(forKey: number)?.reserved ?? 0
    }
}
