import Foundation

/// How many times slower than usual the program runs under a sanitizer. `make test-thread` and `make test-address` set it
/// in the variable TEST_SLOWNESS; tests multiply their time limits by it.
package enum Slowness {
    package static let factor = ProcessInfo.processInfo.environment["TEST_SLOWNESS"].flatMap(Int.init) ?? 1
}

extension Duration {
    /// The default timeout of everything a test waits for: long enough that only a defect exceeds it, even on a busy
    /// machine.
    package static let testTimeout = Duration.seconds(60 * Slowness.factor)
}
