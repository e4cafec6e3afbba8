import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// The built program, run as its users run it.
struct ObserverProcess: Sendable {
    let output: ProcessLines
    let log: ProcessLines
    let pid: pid_t

    func terminate() { send(SIGTERM) }

    func interrupt() { send(SIGINT) }

    func kill() { send(SIGKILL) }

    private func send(_ signal: CInt) { Foundation.kill(pid, signal) }

    /// Beside the test bundle, where the package manager builds both.
    static var path: FilePath {
        FilePath(FileManager.default.currentDirectoryPath)
            .pushing(FilePath(CommandLine.arguments[0]).removingLastComponent())
            .appending("observer")
    }
}

/// How the program ended, and what it wrote.
struct ObserverExit: Sendable {
    let status: TerminationStatus
    let output: [String]
    let log: [String]
    let took: Duration
}

/// Runs the program with nothing but these variables and arguments. The body ends it; it is killed when the body throws.
func withObserverProcess(
    arguments: [String] = [], environment: [String: String], directory: String,
    _ body: @escaping @Sendable (ObserverProcess) async throws -> Void
) async throws -> ObserverExit {
    let output = ProcessLines()
    let log = ProcessLines()
    let began = ContinuousClock.now
    let variables = Dictionary(
        uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    let result = try await Subprocess.run(
        .path(ObserverProcess.path), arguments: Arguments(arguments), environment: .custom(variables),
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
                throw error
            }
            try await group.waitForAll()
        }
    }
    return ObserverExit(
        status: result.terminationStatus, output: output.all, log: log.all, took: .now - began)
}
