import Synchronization

/// The number of requests that GitHub still allows, from its last response.
package final class RateLimit: Sendable {
    private let value = Mutex<Int?>(nil)
    private let didChange: @Sendable (Int) -> Void

    package init(didChange: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.didChange = didChange
    }

    package var remaining: Int? { value.withLock(\.self) }

    func note(_ remaining: Int) {
        value.withLock { $0 = remaining }
        didChange(remaining)
    }
}
