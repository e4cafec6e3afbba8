import Foundation
import Testing

@testable import ObserverEngine

@Suite("The trees of a project in the state directory")
struct ComposeDirectoryTests {
    private let state: String
    private let directory: ComposeDirectory

    init() throws {
        state = try temporaryDirectory()
        directory = ComposeDirectory(in: state)
    }

    private func enter(_ files: [String: String], as number: Int) throws {
        let root = "\(state)/source-\(number)"
        for (path, content) in files { try write(content, to: "\(root)/\(path)") }
        let commit = try Sample.commit(number)
        try directory.keep(files.keys.sorted(), of: root, as: commit)
        try directory.enter(commit)
    }

    private func write(_ content: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(content.utf8).write(to: URL(filePath: path))
    }

    private func read(_ path: String) -> String? {
        try? String(contentsOfFile: directory.live + "/" + path, encoding: .utf8)
    }

    @Test("files of the previous commit are replaced and removed, and files of others stay")
    func replaced() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        try enter(["a": "1", "gone/b": "1", "data/c": "1"], as: 1)
        try write("not of a commit", to: directory.live + "/data/own")
        try enter(["a": "2", "data/c": "1"], as: 2)
        #expect(read("a") == "2" && read("data/own") == "not of a commit")
        #expect(!FileManager.default.fileExists(atPath: directory.live + "/gone"))
    }

    @Test("a directory keeps its inode, because containers have it mounted")
    func inode() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        let inode = {
            try FileManager.default.attributesOfItem(atPath: directory.live + "/conf")[.systemFileNumber] as? Int
        }
        try enter(["conf/a": "1"], as: 1)
        let before = try inode()
        try enter(["conf/a": "2"], as: 2)
        #expect(try inode() == before)
    }

    @Test("an interrupted change is completed by the next one")
    func interrupted() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        try enter(["a": "1", "b": "1"], as: 1)
        // A kill after the first of two files.
        let root = "\(state)/source-9"
        try write("2", to: "\(root)/c")
        try write("2", to: "\(root)/d")
        try directory.keep(["c", "d"], of: root, as: try Sample.commit(9))
        try Data("[\"a\",\"b\",\"c\",\"d\"]".utf8).write(to: URL(filePath: directory.path + "/tree.json"))
        try write("2", to: directory.live + "/c")
        try enter(["a": "1"], as: 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.live) == ["a"])
    }

    @Test("a link that a container put on the way is replaced, not followed")
    func link() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        try enter(["data/a": "1"], as: 1)
        let outside = state + "/outside"
        try write("safe", to: outside + "/a")
        try FileManager.default.removeItem(atPath: directory.live + "/data")
        try FileManager.default.createSymbolicLink(atPath: directory.live + "/data", withDestinationPath: outside)
        try enter(["data/a": "2"], as: 2)
        #expect(try String(contentsOfFile: outside + "/a", encoding: .utf8) == "safe")
        #expect(read("data/a") == "2")
    }

    @Test("a directory of others in the place of a file is an error that names it, and nothing is changed")
    func inTheWay() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        try enter(["a": "1", "b/c": "1", "gone": "1"], as: 1)
        for other in ["b/own", "empty/directory/own"] { try write("not of a commit", to: directory.live + "/" + other) }
        try FileManager.default.removeItem(atPath: directory.live + "/empty/directory/own")
        for name in ["b", "empty"] {
            let error = #expect(throws: TreeFile.InTheWay.self) { try enter(["a": "2", name: "2"], as: 2) }
            #expect(error?.path == directory.live + "/" + name)
            #expect(read("a") == "1" && read("b/c") == "1" && read("gone") == "1")
            #expect(read("b/own") == "not of a commit")
            try FileManager.default.removeItem(atPath: directory.path + "/commits/\(try Sample.commit(2))")
        }
    }

    @Test("a directory whose files are all of the previous commit gives way to a file")
    func emptied() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        try enter(["b/c/d": "1", "b/e": "1"], as: 1)
        try FileManager.default.createDirectory(atPath: directory.live + "/f", withIntermediateDirectories: true)
        try enter(["b": "2", "f": "2"], as: 2)
        #expect(read("b") == "2" && read("f") == "2")
    }

    @Test("a failure after files have changed is distinguished from one before")
    func incomplete() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        try enter(["a": "1"], as: 1)
        let early = #expect(throws: (any Error).self) { try directory.enter(try Sample.commit(7)) }
        #expect(!(early is ComposeDirectory.Incomplete))
        let root = state + "/source"
        for file in ["a", "b"] { try write("2", to: "\(root)/\(file)") }
        let commit = try Sample.commit(2)
        try directory.keep(["a", "b"], of: root, as: commit)
        try FileManager.default.removeItem(atPath: directory.kept(commit) + "/b")
        #expect(throws: ComposeDirectory.Incomplete.self) { try directory.enter(commit) }
        #expect(read("a") == "2")
        try directory.enter(try Sample.commit(1))
        #expect(read("a") == "1")
    }

    @Test("the live tree can be read by every user, even if it was created otherwise; wider permissions stay")
    func readable() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        for (number, mode) in [(1, 0o700), (2, 0o777), (3, 0o710)] {
            try FileManager.default.createDirectory(atPath: directory.live, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory.live)
            try enter(["a": "\(number)"], as: number)
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.live)
            #expect(attributes[.posixPermissions] as? Int == mode | 0o755)
        }
    }

    @Test("its directory is recognized by each of its names")
    func names() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        try enter(["a": "1"], as: 1)
        let link = state + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: state)
        defer { try? FileManager.default.removeItem(atPath: link) }
        let linked = ComposeDirectory(in: link)
        #expect(linked.isLive(directory.live) && linked.isLive(linked.live + "/sub"))
        #expect(directory.isLive(directory.live) && !directory.isLive(directory.live + "-other"))
        #expect(!directory.isLive(directory.path))
    }

    @Test("files can be read by every user, programs can be run, and old trees are removed")
    func kept() throws {
        defer { try? FileManager.default.removeItem(atPath: state) }
        for number in 1...6 {
            try enter(["a": "\(number)"], as: number)
            try directory.record(
                ComposeRelease(
                    commit: try Sample.commit(number).description, project: "p", files: ["compose.yaml"], version: nil,
                    services: [], labels: [:], images: [:], hashes: [:]))
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.live + "/a")
        #expect(attributes[.posixPermissions] as? Int == 0o644)
        #expect(directory.release?.commit == (try Sample.commit(6).description))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/commits").count == 4)
    }
}
