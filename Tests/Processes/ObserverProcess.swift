import Foundation
package import Subprocess
import Synchronization
package import SystemPackage

/// The built program, run as its users run it.
package struct ObserverProcess: Sendable {
    package let output: ProcessLines
    package let log: ProcessLines
    package let pid: pid_t

    package func terminate() { send(SIGTERM) }

    package func interrupt() { send(SIGINT) }

    package func kill() { send(SIGKILL) }

    private func send(_ signal: CInt) { Foundation.kill(pid, signal) }

    /// Beside the test bundle, where the package manager builds both.
    package static var path: FilePath {
        FilePath(FileManager.default.currentDirectoryPath)
            .pushing(FilePath(CommandLine.arguments[0]).removingLastComponent())
            .appending("observer")
    }
}

/// How the program ended, and what it wrote.
package struct ObserverExit: Sendable {
    package let status: TerminationStatus
    package let output: [String]
    package let log: [String]
    package let took: Duration
}

/// Runs the program with nothing but these variables and arguments. The body ends it; it is killed when the body throws.
/// - Parameter shell: A command of the shell that the program is started from, such as `ulimit`.
package func withObserverProcess(
    arguments: [String] = [], environment: [String: String], directory: String, after shell: String? = nil,
    _ body: @escaping @Sendable (ObserverProcess) async throws -> Void
) async throws -> ObserverExit {
    let output = ProcessLines()
    let log = ProcessLines()
    let began = ContinuousClock.now
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
                throw ObserverTroubled(underlying: error, log: log.all)
            }
            try await group.waitForAll()
        }
    }
    return ObserverExit(
        status: result.terminationStatus, output: output.all, log: log.all, took: .now - began)
}

/// A test failed while the program ran; what the program said last may tell why.
package struct ObserverTroubled: Error, CustomStringConvertible {
    package let underlying: any Error
    let log: [String]

    package var description: String {
        "\(underlying)\nThe log ends with:\n"
            + log.filter { !$0.contains("level=debug") && !$0.contains("sd=step") }.suffix(40).joined(separator: "\n")
    }
}
