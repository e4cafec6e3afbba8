import Foundation
import ObserverEngine
import Testing

@Suite("Log files")
struct LogFileTests {
    @Test("the log is continued at a start and rotated at the size limit, and the previous file is kept")
    func rotation() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.log"
        func lines(_ suffix: String = "") throws -> [String] {
            try String(contentsOfFile: path + suffix, encoding: .utf8).split(separator: "\n").map(String.init)
        }
        let file = LogFile(path: path, limit: 20)
        for number in 0..<12 { file.write("line \(number)\n") }
        #expect(await file.flush(within: .seconds(10)))
        #expect(try lines(".1") == ["line 6", "line 7", "line 8"])
        #expect(try lines() == ["line 9", "line 10", "line 11"])
        let next = LogFile(path: path, limit: 24)
        #expect(next.problem == nil)
        next.write("next\n")
        #expect(await next.flush(within: .seconds(10)))
        #expect(try lines() == ["line 9", "line 10", "line 11", "next"])
        next.write("newest\n")
        #expect(await next.flush(within: .seconds(10)))
        #expect(try lines(".1") == ["line 9", "line 10", "line 11", "next"])
        #expect(try lines() == ["newest"])
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).count == 2)
    }

    @Test("a full disk does not replace the log and the previous one with empty files")
    func fullDisk() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.log"
        // Every write fails as on a full disk.
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
        try Data("previous\n".utf8).write(to: URL(filePath: path + ".1"))
        let file = LogFile(path: path, limit: 20)
        #expect(file.problem == nil)
        for number in 0..<12 { file.write("line \(number)\n") }
        #expect(await file.flush(within: .seconds(10)))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "/dev/full")
        #expect(try String(contentsOfFile: path + ".1", encoding: .utf8) == "previous\n")
    }

    @Test("a log that someone else moves away is started again")
    func moved() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/observer.log"
        let file = LogFile(path: path)
        file.write("before\n")
        #expect(await file.flush(within: .seconds(10)))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        // The name is checked once a second.
        for _ in 0..<100 where !FileManager.default.fileExists(atPath: path) {
            try await Task.sleep(for: .milliseconds(100))
            file.write("after\n")
            #expect(await file.flush(within: .seconds(10)))
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "after\n")
        #expect(try String(contentsOfFile: path + ".old", encoding: .utf8).hasPrefix("before\n"))
    }

    @Test("a log that can't be written is discarded, with its reason")
    func nowhere() {
        let file = LogFile(path: "/no/such/directory/observer.log")
        file.write("lost\n")
        #expect(file.problem == "no such file or directory")
    }
}
