import Synchronization

/// How many requests GitHub still allows us, as its last answer said.
package final class RateLimit: Sendable {
    private let value = Mutex<Int?>(nil)

    package init() {}

    package var remaining: Int? { value.withLock(\.self) }

    func note(_ remaining: Int) {
        value.withLock { $0 = remaining }
    }
}
