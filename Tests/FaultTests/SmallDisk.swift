import Foundation
import Processes

/// A disk of a few megabytes, enough for the journal of a database, that is mounted for a test, which takes root.
struct SmallDisk: Sendable {
    let path: String

    private static let room = "size=24m,mode=700"

    /// Whether this machine lets us mount one.
    static func isPermitted() async -> Bool {
        (try? await withTemporaryDirectory { try await with(at: $0 + "/disk") { _ in true } }) ?? false
    }

    /// Runs the body with the disk at a path that is not there yet.
    static func with<Value: Sendable>(
        at path: String, options: String = "", _ body: (SmallDisk) async throws -> Value
    ) async throws -> Value {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await Shell.run("mount", "-t", "tmpfs", "-o", room + options, "none", path)
        do {
            let value = try await body(SmallDisk(path: path))
            try await Shell.run("umount", "-l", path)
            return value
        } catch {
            try await Shell.run("umount", "-l", path)
            throw error
        }
    }

    /// Leaves no room for a single byte more.
    func fill() throws {
        let ballast = path + "/ballast"
        _ = FileManager.default.createFile(atPath: ballast, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: ballast))
        defer { try? file.close() }
        for size in [65_536, 4096] {
            while (try? file.write(contentsOf: Data(count: size))) != nil {}
        }
    }

    func makeRoom() throws {
        try FileManager.default.removeItem(atPath: path + "/ballast")
    }
}
