import Foundation
import Processes
import Subprocess

/// A disk of a few megabytes, large enough for the journal of the database, mounted for a test. Requires root.
struct SmallDisk: Sendable {
    let path: String

    private static let mountOptions = "size=24m,mode=700"

    /// Whether this machine permits mounting one.
    static func isPermitted() async -> Bool {
        (try? await withTemporaryDirectory { try await with(at: $0 + "/disk") { _ in true } }) ?? false
    }

    /// Runs the body with the disk mounted at a path that does not exist yet.
    static func with<Value: Sendable>(
        at path: String, options: String = "", _ body: (SmallDisk) async throws -> Value
    ) async throws -> Value {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await SystemCommand.run("mount", "-t", "tmpfs", "-o", mountOptions + options, "none", path)
        do {
            let value = try await body(SmallDisk(path: path))
            try await SystemCommand.run("umount", "-l", path)
            return value
        } catch {
            try await SystemCommand.run("umount", "-l", path)
            throw error
        }
    }

    /// Fills the disk to the last byte.
    func fill() throws {
        let ballast = path + "/ballast"
        _ = FileManager.default.createFile(atPath: ballast, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: ballast))
        defer { try? file.close() }
        for size in [65_536, 4096] {
            while (try? file.write(contentsOf: Data(count: size))) != nil {}
        }
    }

    func free() throws {
        try FileManager.default.removeItem(atPath: path + "/ballast")
    }
}

/// Runs programs of the system.
enum SystemCommand {
    struct Failure: Error {
        let command: String
        let message: String
    }

    @discardableResult
    static func run(_ program: String, _ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .string(limit: 64 << 20),
            error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw Failure(command: "\(program) \(arguments.joined(separator: " "))", message: result.standardError)
        }
        return result.standardOutput
    }
}
