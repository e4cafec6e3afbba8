import Foundation

/// The demo's arguments: the observer's executable, and after how many pushes to end.
struct DemoOptions {
    var observer: String
    /// Nil: until Ctrl-C.
    var pushes: Int?
    /// The observer's state directory, for those who want to attach to it; nil: one of the demo's own.
    var state: String?
    /// Whether the observer shows its dashboard, as it does for a person at a terminal.
    var showsDashboard =
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        && !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")

    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    init(arguments: [String]) throws {
        var path: String?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--pushes":
                guard let number = rest.popFirst().flatMap(Int.init), number > 0 else {
                    throw Problem(description: "--pushes takes a number")
                }
                pushes = number
            case "--state":
                guard let directory = rest.popFirst() else { throw Problem(description: "--state takes a directory") }
                state = directory
            case "--plain": showsDashboard = false
            case _ where argument.hasPrefix("-") || path != nil:
                throw Problem(
                    description: "usage: observer-demo [--plain] [--pushes N] [--state DIRECTORY] [path of observer]")
            default: path = argument
            }
        }
        let sibling = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "observer")
        observer = path ?? sibling?.path(percentEncoded: false) ?? "observer"
        guard FileManager.default.isExecutableFile(atPath: observer) else {
            throw Problem(description: "there is no program \(observer): build it first, or give its path")
        }
    }
}
