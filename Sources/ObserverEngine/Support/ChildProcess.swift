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

    /// Runs it to its end; cancellation kills it. Processes that it leaves in its group are killed, too, even if they print
    /// without end.
    /// - Parameter write: Called with the lines of both of its streams.
    /// - Throws: `NotStarted`, `CancellationError`
    package func run(_ write: (_ lines: [String]) async -> Void) async throws -> Ending {
        try await translatingErrors {
            let outcome = try await Subprocess.run(
                executable, arguments: Arguments(arguments), environment: variables,
                workingDirectory: FilePath(directory), platformOptions: Self.options,
                input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                let id = execution.processIdentifier
                defer { Self.killGroupIfCancelled(id) }
                var splitter = LineSplitter()
                var end = OutputEnd(of: id)
                for try await chunk in execution.standardOutput {
                    await write(splitter.consume(chunk.withUnsafeBytes { Array($0) }))
                    if await end.isReached(after: chunk.count) { break }
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
                let id = execution.processIdentifier
                defer { Self.killGroupIfCancelled(id) }
                let (output, error) = (execution.standardOutput, execution.standardError)
                async let standardOutput = Self.bytes(from: output, of: id, limit: limit)
                async let standardError = Self.bytes(from: error, of: id, limit: limit)
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

    private static func bytes(
        from stream: SubprocessOutputSequence, of id: ProcessIdentifier, limit: Int
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var end = OutputEnd(of: id)
        // The rest is read as well, or the program would wait.
        for try await chunk in stream {
            chunk.withUnsafeBytes { bytes += $0.prefix(limit - bytes.count) }
            if await end.isReached(after: chunk.count) { break }
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

/// Decides when to stop reading the output of a program before it ends by itself: a process that the program has left running
/// may print without end, faster than the output is read.
private struct OutputEnd {
    /// The most that a pipe contains, in bytes, unless root has raised the limit.
    /// Source: https://man7.org/linux/man-pages/man7/pipe.7.html, /proc/sys/fs/pipe-max-size
    private static let pipeCapacity = 1024 * 1024

    private let id: ProcessIdentifier
    /// How much the program may have written that is not read yet; nil until it has ended.
    private var rest: Int?

    init(of id: ProcessIdentifier) { self.id = id }

    /// - Parameter count: The number of bytes that were just read.
    mutating func isReached(after count: Int) async -> Bool {
        // Reading does not suspend while there is output, and the task that cancels this one needs a thread, too.
        await Task.yield()
        if Task.isCancelled { return true }
        if let left = rest {
            rest = left - count
        } else if programHasEnded {
            rest = Self.pipeCapacity
        }
        return rest.map { $0 <= 0 } ?? false
    }

    /// Whether the program itself has ended. Its status stays available.
    private var programHasEnded: Bool {
        var information = siginfo_t()
        let flags = WEXITED | WNOHANG | WNOWAIT
        return waitid(P_PID, id_t(id.value), &information, flags) != 0 || information.si_signo != 0
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
