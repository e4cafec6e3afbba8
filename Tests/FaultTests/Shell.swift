import Subprocess

/// A program of the system that a test needs, run to its end.
enum Shell {
    struct Failed: Error {
        let command: String
        let said: String
    }

    @discardableResult
    static func run(_ program: String, _ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw Failed(command: "\(program) \(arguments.joined(separator: " "))", said: result.standardError)
        }
        return result.standardOutput
    }
}
