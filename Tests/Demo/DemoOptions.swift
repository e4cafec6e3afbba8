import Foundation

/// The command-line arguments of the demo.
struct DemoOptions {
    var observer: String
    /// The number of pushes; nil: until Ctrl-C.
    var pushes: Int?
    /// The observer's state directory, so that others can attach to it; nil: a temporary one.
    var state: String?
    var target = Target.marathon
    /// Whether the observer shows its dashboard, by default if the demo runs in a terminal.
    var showsDashboard =
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        && !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")

    enum Target: String {
        /// Simulated.
        case marathon
        /// Real containers, with Podman.
        case compose
    }

    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    /// The arguments ask for the help.
    struct HelpRequested: Error {}

    static let usage = """
        usage: observer-demo [--target TARGET] [--plain] [--pushes N] [--state DIRECTORY] [OBSERVER]

        Runs an observer against simulated GitHub, Mesos-DNS and Marathon servers, with a push every few seconds.

          --target TARGET     marathon (simulated), or compose: real containers with Podman (default: marathon)
          --plain             log lines instead of the dashboard
          --pushes N          stop after N pushes
          --state DIRECTORY   state directory of the observer, to attach to it (default: a temporary one)
          OBSERVER            path of the program (default: next to this one)
        """

    init(arguments: [String]) throws {
        var path: String?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--pushes":
                guard let number = rest.popFirst().flatMap(Int.init), number > 0 else {
                    throw Problem(description: "--pushes requires a positive number")
                }
                pushes = number
            case "--state":
                guard let directory = rest.popFirst() else {
                    throw Problem(description: "--state requires a directory")
                }
                state = directory
            case "--target":
                guard let known = rest.popFirst().flatMap(Target.init) else {
                    throw Problem(description: "--target requires marathon or compose")
                }
                target = known
            case "--plain": showsDashboard = false
            case "-h", "-help", "--help": throw HelpRequested()
            case _ where argument.hasPrefix("-") || path != nil:
                throw Problem(description: "unexpected argument \(argument)\n\(Self.usage)")
            default: path = argument
            }
        }
        let sibling = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "observer")
        observer = path ?? sibling?.path(percentEncoded: false) ?? "observer"
        guard FileManager.default.isExecutableFile(atPath: observer) else {
            throw Problem(description: "\(observer) not found: build it first, or pass its path")
        }
    }
}
