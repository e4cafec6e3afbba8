import Glibc
import Subprocess
import SystemPackage

/// A program to run in a session of its own, so that everything it started ends with it.
package struct ChildProcess: Sendable {
    /// How a program ended.
    package enum Ending: Equatable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case signaled(Int32)

        package var isSuccess: Bool { self == .exited(0) }

        package var description: String {
            switch self {
            case .exited(let status): "exited with status \(status)"
            case .signaled(let signal): "was killed by signal \(signal)"
            }
        }
    }

    /// The program does not exist or can't be executed.
    package struct NotStarted: Error, CustomStringConvertible {
        package let description: String
    }

    /// The output of a program that has ended.
    package struct Output: Sendable {
        package let ending: Ending
        package let standardOutput: [UInt8]
        package let standardError: [UInt8]
    }

    /// A path, or a name to find in `PATH`.
    private let program: String
    private let arguments: [String]
    private let environment: [String: String]
    /// The working directory.
    private let directory: String

    /// - Parameter environment: Its whole environment.
    package init(_ program: String, _ arguments: [String], environment: [String: String], directory: String) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// A command line for `/bin/sh`.
    package init(shell command: String, environment: [String: String], directory: String) {
        self.init("/bin/sh", ["-c", command], environment: environment, directory: directory)
    }

    /// Runs it to its end; cancellation kills it. Processes that it leaves in its group are killed, too.
    /// - Parameter write: Called with the lines of both of its streams.
    /// - Throws: `NotStarted`, `CancellationError`
    package func run(_ write: (_ lines: [String]) async -> Void) async throws -> Ending {
        try await translatingErrors {
            let outcome = try await Subprocess.run(
                executable, arguments: Arguments(arguments), environment: variables,
                workingDirectory: FilePath(directory), platformOptions: Self.options,
                input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                defer { Self.killGroupIfCancelled(execution.processIdentifier) }
                var splitter = LineSplitter()
                for try await chunk in execution.standardOutput {
                    await write(splitter.consume(chunk.withUnsafeBytes { Array($0) }))
                }
                await write([splitter.finish()].compactMap(\.self))
            }
            Self.killGroup(outcome.processIdentifier)
            return Ending(outcome.terminationStatus)
        }
    }

    /// Runs it to its end and collects its output, of each stream at most `limit` bytes; cancellation kills it.
    /// - Throws: `NotStarted`, `CancellationError`
    package func collect(limit: Int) async throws -> Output {
        try await translatingErrors {
            let outcome = try await Subprocess.run(
                executable, arguments: Arguments(arguments), environment: variables,
                workingDirectory: FilePath(directory), platformOptions: Self.options,
                input: .none, output: .sequence, error: .sequence
            ) { execution in
                defer { Self.killGroupIfCancelled(execution.processIdentifier) }
                let (output, error) = (execution.standardOutput, execution.standardError)
                async let standardOutput = Self.bytes(of: output, limit: limit)
                async let standardError = Self.bytes(of: error, limit: limit)
                return (try await standardOutput, try await standardError)
            }
            Self.killGroup(outcome.processIdentifier)
            let (output, error) = outcome.closureResult
            return Output(ending: Ending(outcome.terminationStatus), standardOutput: output, standardError: error)
        }
    }

    private var executable: Executable { program.contains("/") ? .path(FilePath(program)) : .name(program) }

    private var variables: Environment {
        .custom(Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) }))
    }

    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        return options
    }

    /// The program may end before its children; the group has the ID of the program.
    private static func killGroupIfCancelled(_ id: ProcessIdentifier) {
        if Task.isCancelled { killGroup(id) }
    }

    private static func killGroup(_ id: ProcessIdentifier) { kill(-id.value, SIGKILL) }

    private static func bytes(of stream: SubprocessOutputSequence, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        // The rest is read as well, or the program would wait.
        for try await chunk in stream where bytes.count < limit {
            chunk.withUnsafeBytes { bytes += $0.prefix(limit - bytes.count) }
        }
        return bytes
    }

    private func translatingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as SubprocessError {
            if Task.isCancelled { throw CancellationError() }
            throw NotStarted(description: "\(error)")
        }
    }
}

extension ChildProcess.Ending {
    fileprivate init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signaled(signal)
        }
    }
}
