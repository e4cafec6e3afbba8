import Foundation
import ObserverEngine
import Testing

@Suite("Writing the entries of an archive")
struct TreeWriterTests {
    @Test("files, directories and links are written below the root, without the archive's own directory")
    func tree() throws {
        let root = try temporaryDirectory()
        var writer = TreeWriter(root: root)
        try writer.add("top/", .directory)
        try writer.add("top/deep/run.sh", .file(size: 2, isExecutable: true), "hi")
        try writer.add("top/plain", .file(size: 0, isExecutable: false))
        try writer.add("top/deep/link", .symbolicLink(target: "../plain"))
        #expect(try String(contentsOfFile: root + "/deep/run.sh", encoding: .utf8) == "hi")
        #expect(FileManager.default.isExecutableFile(atPath: root + "/deep/run.sh"))
        #expect(try Self.mode(of: root + "/plain") == 0o600)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: root + "/deep/link") == "../plain")
        let files = writer.files
        let bytes = writer.bytes
        #expect(files == 3)
        #expect(bytes == 2)
    }

    @Test(
        "a name that points outside the root is rejected",
        arguments: [
            "../x", "top/../../x", "/etc/x", "top/..", "top/a/../b", "top/./b", "top/a\u{0}b",
            "top/../\u{301}x/f", "top/a/\u{301}b/../\u{301}c", "/\u{301}x/f", "top/\u{600}/../f",
        ])
    func names(name: String) throws {
        let root = try temporaryDirectory() + "/root"
        #expect(throws: TreeWriter.Refused.self) {
            var writer = TreeWriter(root: root)
            try writer.add(name, .file(size: 1, isExecutable: false), "x")
        }
        #expect(!FileManager.default.fileExists(atPath: root))
    }

    @Test(
        "a link that points outside the root is rejected",
        arguments: [
            ("top/l", "/etc/passwd"), ("top/l", ".."), ("top/a/l", "../.."), ("top/l", "a/../../x"), ("top/l", ""),
            // Lexically these stay inside; through a link to the root they do not.
            ("top/l", "a/b/up/../x"), ("top/a/b/l", "up/../../../../x"),
            ("top/l", "../\u{301}x"), ("top/l", "/\u{301}etc"), ("top/l", "a/../\u{301}b"), ("top/l", "a\u{0}b"),
        ])
    func links(name: String, target: String) throws {
        let root = try temporaryDirectory()
        #expect(throws: TreeWriter.Refused.self) {
            var writer = TreeWriter(root: root)
            try writer.add("top/a/b/up", .symbolicLink(target: "../.."))
            try writer.add(name, .symbolicLink(target: target))
        }
    }

    @Test(
        "a link that stays inside is written",
        arguments: [("top/l", "a/b"), ("top/a/l", "../x"), ("top/a/b/l", "../../x"), ("top/l", "./x")])
    func innerLinks(name: String, target: String) throws {
        var writer = TreeWriter(root: try temporaryDirectory())
        try writer.add(name, .symbolicLink(target: target))
    }

    @Test("nothing is written through a link or over one", arguments: ["top/l/x", "top/l"])
    func throughLink(name: String) throws {
        let root = try temporaryDirectory()
        #expect(throws: TreeWriter.Refused.self) {
            var writer = TreeWriter(root: root)
            try writer.add("top/d", .directory)
            try writer.add("top/l", .symbolicLink(target: "d"))
            try writer.add(name, .file(size: 1, isExecutable: false), "x")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/d").isEmpty)
    }

    @Test("an archive that unpacks to too much is rejected")
    func bytes() throws {
        var limits = TreeWriter.Limits()
        limits.bytes = 1024 * 1024
        let piece = String(repeating: "x", count: 400 * 1024)
        var writer = TreeWriter(root: try temporaryDirectory(), limits: limits)
        try writer.add("top/1", .file(size: piece.utf8.count, isExecutable: false), piece)
        try writer.add("top/2", .file(size: piece.utf8.count, isExecutable: false), piece)
        do {
            try writer.add("top/3", .file(size: piece.utf8.count, isExecutable: false), piece)
            Issue.record("expected a refusal")
        } catch let refused as TreeWriter.Refused {
            #expect(refused.description == "it unpacks to more than 1 MiB")
        }
    }

    @Test("an archive with too many entries, or a name that is too long, is rejected")
    func entries() throws {
        var limits = TreeWriter.Limits()
        limits.entries = 3
        limits.nameLength = 50
        let root = try temporaryDirectory()
        #expect(try Self.refusal(of: (1...3).map { "top/\($0)" }, in: root, limits: limits) == nil)
        #expect(
            try Self.refusal(of: (1...4).map { "top/\($0)" }, in: root, limits: limits) == "it has more than 3 entries")
        let long = "top/" + String(repeating: "x", count: 60)
        #expect(try Self.refusal(of: [long], in: root, limits: limits) == "a name is longer than 50 bytes")
    }

    @Test("a million entries are rejected early, even if all are equal")
    func million() throws {
        let names = repeatElement("top/x", count: 1_000_000)
        #expect(
            try Self.refusal(of: names, in: try temporaryDirectory(), limits: .init())
                == "it has more than 100000 entries")
    }

    @Test(
        "a name with line breaks, escapes or invalid UTF-8 is accepted, and printed without them",
        arguments: ["a\nb", "\u{1b}[2J", "\r\u{7}", "\u{202e}gnp.exe", "\u{fffd}\u{fffd}", " ", "-rf"])
    func strangeNames(name: String) throws {
        let root = try temporaryDirectory()
        var writer = TreeWriter(root: root)
        try writer.add("top/\(name)", .file(size: 1, isExecutable: false), "x")
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == [name])
        let refusal = try #require(try Self.refusal(of: ["top/\(name)/../.."], in: root, limits: .init()))
        #expect(refusal.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }

    private static func refusal(of names: some Sequence<String>, in root: String, limits: TreeWriter.Limits) throws
        -> String?
    {
        do {
            var writer = TreeWriter(root: root, limits: limits)
            for name in names { try writer.add(name, .directory) }
            return nil
        } catch let refused as TreeWriter.Refused {
            return refused.description
        }
    }

    private static func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

extension TreeWriter {
    fileprivate mutating func add(_ name: String, _ kind: TarReader.Kind, _ content: String = "") throws {
        try write(.entry(name: name, kind: kind))
        if !content.isEmpty { try write(.content(Array(content.utf8))) }
        try write(.end)
    }
}
