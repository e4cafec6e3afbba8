import Logging

extension Logger {
    /// For parts whose log does not matter to a test.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
