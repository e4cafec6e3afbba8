import Foundation

/// How many times slower than usual the program is in this test run: `make test-thread` and `make test-address` say so by
/// the variable TEST_SLOWNESS. What the program must do within some seconds gets as many times of them.
package enum Slowness {
    package static let factor = ProcessInfo.processInfo.environment["TEST_SLOWNESS"].flatMap(Int.init) ?? 1
}
