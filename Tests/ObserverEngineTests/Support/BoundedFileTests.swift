import Foundation
import Testing

@testable import ObserverEngine

@Suite("Files of a limited size")
struct BoundedFileTests {
    private func inDirectory(_ body: (String) throws -> Void) throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    @Test("are read up to the limit, and not at all beyond it")
    func limit() throws {
        try inDirectory { directory in
            let path = directory + "/file"
            try Data("12345".utf8).write(to: URL(filePath: path))
            #expect(try BoundedFile.read(path, limit: 5) == Array("12345".utf8))
            #expect(throws: BoundedFile.Problem.tooLarge(limit: 4)) { try BoundedFile.read(path, limit: 4) }
        }
    }

    @Test("are read through links, and also if the system reports no size")
    func links() throws {
        try inDirectory { directory in
            let link = directory + "/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/proc/self/status")
            #expect(try !BoundedFile.read(link, limit: 1 << 20).isEmpty)
            #expect(throws: BoundedFile.Problem.tooLarge(limit: 10)) { try BoundedFile.read(link, limit: 10) }
        }
    }

    @Test(
        "are not directories or devices, which are named",
        arguments: [
            ("/nowhere", "it does not exist"), ("/etc", "it is a directory"), ("/dev/zero", "it is not a regular file"),
            ("/etc/passwd/x", "not a directory"),
        ])
    func others(path: String, reason: String) {
        let problem = #expect(throws: BoundedFile.Problem.self) { try BoundedFile.read(path, limit: 1 << 20) }
        #expect(problem?.reason == reason)
    }

    @Test("are not links that lead back to themselves")
    func loop() throws {
        try inDirectory { directory in
            let path = directory + "/loop"
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
            let problem = #expect(throws: BoundedFile.Problem.self) { try BoundedFile.read(path, limit: 1) }
            #expect(problem?.reason == "it is a symbolic link that points back to itself")
        }
    }

    @Test("may be pipes where an operator names them, and a pipe without a writer is not waited for")
    func pipes() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("token\n".utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(throws: BoundedFile.Problem.notRegular) { try BoundedFile.read(path, limit: 100) }
        #expect(try BoundedFile.read(path, limit: 100, acceptsPipe: true) == Array("token\n".utf8))
        try inDirectory { directory in
            let path = directory + "/fifo"
            #expect(mkfifo(path, 0o600) == 0)
            let content = try BoundedFile.read(path, limit: 100, acceptsPipe: true)
            #expect(content.isEmpty)
        }
    }
}
