import Foundation
import Logging
import Testing

@testable import ObserverEngine

@Suite("The directory in which a deployment works")
struct WorkspaceTests {
    /// The parent directory is writable by every user.
    private func withState(_ body: (String) throws -> Void) throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
        try body(directory)
    }

    @Test("read-only directories, as in a cache of modules, are removed")
    func readOnly() throws {
        try withState { state in
            try asUnprivilegedUser {
                let path = try Workspace.make(in: state, logger: .silent)
                try FileManager.default.createDirectory(atPath: path + "/mod/deep", withIntermediateDirectories: true)
                for file in ["/mod/a", "/mod/deep/b"] { try Data("x".utf8).write(to: URL(filePath: path + file)) }
                try FileManager.default.createSymbolicLink(atPath: path + "/mod/link", withDestinationPath: state)
                for directory in ["/mod/deep", "/mod"] {
                    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path + directory)
                }
                _ = try Workspace.make(in: state, logger: .silent)
                #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
                #expect(try FileManager.default.contentsOfDirectory(atPath: state) == ["workspace"])
            }
        }
    }

    @Test("files of another user are moved aside with a warning")
    func foreign() throws {
        try withState { state in
            let path = try asUnprivilegedUser { try Workspace.make(in: state, logger: .silent) }
            try FileManager.default.createDirectory(atPath: path + "/roots", withIntermediateDirectories: false)
            try Data("x".utf8).write(to: URL(filePath: path + "/roots/file"))
            let log = Lines()
            let logger = Logger(label: "test") { _ in
                LogrusHandler(level: .info, format: .text, redactor: Redactor(secrets: [])) { log.append($0) }
            }
            for _ in 0..<2 {
                try asUnprivilegedUser {
                    _ = try Workspace.make(in: state, logger: logger)
                    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
                }
            }
            #expect(log.all.count == 1)
            #expect(log.contains("\(state)/workspace.left-"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: state).count == 2)
        }
    }

    @Test("a link in its place is removed, not its target", arguments: ["elsewhere", "nowhere"])
    func link(target: String) throws {
        try withState { state in
            try FileManager.default.createDirectory(atPath: state + "/elsewhere/x", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: state + "/workspace", withDestinationPath: state + "/" + target)
            let path = try Workspace.make(in: state, logger: .silent)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
            #expect(FileManager.default.fileExists(atPath: state + "/elsewhere/x"))
        }
    }
}
