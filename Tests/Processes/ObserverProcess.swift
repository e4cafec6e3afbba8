import Foundation
package import Subprocess
import Synchronization
package import SystemPackage

/// The running program, built and started as its users do.
package struct ObserverProcess: Sendable {
    package let output: ProcessLines
    package let log: ProcessLines
    package let pid: pid_t

    package func terminate() { send(SIGTERM) }

    package func interrupt() { send(SIGINT) }

    package func hangUp() { send(SIGHUP) }

    package func kill() { send(SIGKILL) }

    private func send(_ signal: CInt) { Foundation.kill(pid, signal) }

    /// The package manager builds the program next to the test bundle.
    package static var path: FilePath {
        FilePath(FileManager.default.currentDirectoryPath)
            .pushing(FilePath(CommandLine.arguments[0]).removingLastComponent())
            .appending("observer")
    }
}

/// The exit status of the program, and its output.
package struct ObserverExit: Sendable {
    package let status: TerminationStatus
    package let output: [String]
    package let log: [String]
    package let took: Duration
}

/// Runs the program with only these variables and arguments. The body ends it; if the body throws, it is killed.
/// - Parameter shell: A shell command to run first, such as `ulimit`.
package func withObserverProcess(
    arguments: [String] = [], environment: [String: String], directory: String, after shell: String? = nil,
    _ body: @escaping @Sendable (ObserverProcess) async throws -> Void
) async throws -> ObserverExit {
    let output = ProcessLines()
    let log = ProcessLines()
    let start = ContinuousClock.now
    let result = try await Subprocess.run(
        .path(shell == nil ? ObserverProcess.path : "/bin/sh"),
        arguments: Arguments(
            (shell.map { ["-c", $0 + #" && exec "$0" "$@""#, ObserverProcess.path.string] } ?? []) + arguments),
        environment: .only(environment),
        workingDirectory: FilePath(directory), input: .none, output: .sequence, error: .sequence
    ) { execution in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await output.read(execution.standardOutput) }
            group.addTask { try await log.read(execution.standardError) }
            do {
                try await body(
                    ObserverProcess(output: output, log: log, pid: execution.processIdentifier.value))
            } catch {
                Foundation.kill(execution.processIdentifier.value, SIGKILL)
                throw ObserverTestFailure(underlying: error, log: log.all)
            }
            try await group.waitForAll()
        }
    }
    return ObserverExit(
        status: result.terminationStatus, output: output.all, log: log.all, took: .now - start)
}

/// A test failed while the program ran; the end of the log may explain it.
package struct ObserverTestFailure: Error, CustomStringConvertible {
    package let underlying: any Error
    let log: [String]

    package var description: String {
        "\(underlying)\nThe log ends with:\n"
            + log.filter { !$0.contains("level=debug") && !$0.contains("sd=step") }.suffix(40).joined(separator: "\n")
    }
}
