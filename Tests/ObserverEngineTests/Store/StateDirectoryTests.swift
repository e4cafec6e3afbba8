import Foundation
import Testing

@testable import ObserverEngine

@Suite("State directory")
struct StateDirectoryTests {
    @Test("the directory and its parents are created, accessible to the owner only")
    func created() throws {
        let path = try temporaryDirectory() + "/deep/below"
        let state = try StateDirectory(path: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
        #expect(state.path == path)
    }

    @Test("a second observer is refused while the first one uses the directory, and accepted afterwards")
    func second() throws {
        let path = try temporaryDirectory()
        do {
            let first = try StateDirectory(path: path)
            #expect(throws: StateDirectory.Problem.self) { _ = try StateDirectory(path: path) }
            withExtendedLifetime(first) {}
        }
        _ = try StateDirectory(path: path)
    }

    @Test("a file in place of the directory is reported with a remedy")
    func file() throws {
        let path = try temporaryDirectory() + "/file"
        try Data().write(to: URL(filePath: path))
        let error = #expect(throws: StateDirectory.Problem.self) { _ = try StateDirectory(path: path) }
        let sentence = try #require(error).description
        #expect(
            sentence
                == "Can't use the state directory \(path): a part of the path is a file. Choose another with -state.")
    }

    @Test("a symbolic link that points back to itself is reported")
    func loop() throws {
        let path = try temporaryDirectory() + "/loop"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
        let error = #expect(throws: StateDirectory.Problem.self) { _ = try StateDirectory(path: path) }
        #expect("\(try #require(error))".contains("a symbolic link in the path points back to itself"))
    }

    @Test("a file system without locks is not mistaken for another observer", arguments: [ENOLCK, EOPNOTSUPP])
    func withoutLocks(code: CInt) {
        #expect(
            StateDirectory.unusable("/s", because: code).description
                == "Can't use the state directory /s: its file system does not support locks. Choose another with -state."
        )
    }

    @Test("new files are readable and writable by the owner only")
    func permissions() async throws {
        let directory = try temporaryDirectory() + "/state"
        let state = try StateDirectory(path: directory)
        let store = try Store(directory: directory)
        _ = try await store.record(Sample.delivery("a"))
        #expect(try Self.mode(of: directory) == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            #expect(try Self.mode(of: "\(directory)/\(name)") == 0o600, "\(name)")
        }
        withExtendedLifetime(state) {}
    }

    @Test("files that other users could read are restricted to the owner at the next start")
    func loosened() throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for _ in 0..<2 {
            let state = try StateDirectory(path: directory)
            let store = try Store(directory: directory)
            let files = try FileManager.default.contentsOfDirectory(atPath: directory).map { "\(directory)/\($0)" }
            #expect(files.count == 4)
            for file in files {
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(file)")
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            }
            withExtendedLifetime(store) {}
            withExtendedLifetime(state) {}
        }
    }

    private static func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
