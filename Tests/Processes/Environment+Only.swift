import Foundation
package import Subprocess

extension Environment {
    /// These variables and no others, except the options of a sanitizer: the program under test is built with the same
    /// sanitizer as the test (`make test-thread`, `make test-address`).
    package static func only(_ variables: [String: String]) -> Environment {
        let options = ProcessInfo.processInfo.environment.filter { ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key) }
        let all = options.merging(variables) { $1 }
        return .custom(Dictionary(uniqueKeysWithValues: all.map { (Key(stringLiteral: $0.key), $0.value) }))
    }
}
