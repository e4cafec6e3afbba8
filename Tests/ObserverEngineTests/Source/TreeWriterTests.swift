import Foundation
import Testing

@testable import ObserverEngine

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
        let leftOut = try writer.finish()
        #expect(leftOut == [])
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
        "a link that points outside the root, or back to itself, is left out",
        arguments: [
            ("top/l", "/etc/passwd"), ("top/l", "l"), ("top/l", "a/b/round"), ("top/l", ".."), ("top/a/l", "../.."),
            ("top/l", "a/../../x"), ("top/l", ""),
            // Lexically these stay inside; through a link to the root they do not.
            ("top/l", "a/b/up/../x"), ("top/a/b/l", "up/../../../../x"),
            ("top/l", "../\u{301}x"), ("top/l", "/\u{301}etc"), ("top/l", "a\u{0}b"), ("top/l", "out/x"),
        ])
    func outerLinks(name: String, target: String) throws {
        let root = try temporaryDirectory()
        var writer = TreeWriter(root: root)
        // In any order: the link that another one leads through may come later.
        try writer.add(name, .symbolicLink(target: target))
        try writer.add("top/a/b/up", .symbolicLink(target: "../.."))
        try writer.add("top/a/b/round", .symbolicLink(target: "round"))
        try writer.add("top/out", .symbolicLink(target: "/etc"))
        try writer.add("top/file", .file(size: 0, isExecutable: false))
        let leftOut = try writer.finish()
        let path = String(name.dropFirst("top/".count))
        #expect(Set(leftOut.map(\.path)) == [path, "a/b/round", "out"])
        #expect(leftOut.first { $0.path == path }?.target == target)
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: "\(root)/\(path)")) == nil)
        #expect(FileManager.default.fileExists(atPath: root + "/file"))
    }

    @Test(
        "a link that stays inside is written",
        arguments: [
            ("top/l", "a/b"), ("top/a/l", "../x"), ("top/a/b/l", "../../x"), ("top/l", "./x"), ("top/l", "a/../b"),
            ("top/docs/x", "../src/../README.md"), ("top/l", "a/../\u{301}b"), ("top/l", "a/b/up/x"),
        ])
    func innerLinks(name: String, target: String) throws {
        let root = try temporaryDirectory()
        var writer = TreeWriter(root: root)
        try writer.add("top/a/b/up", .symbolicLink(target: "../.."))
        try writer.add(name, .symbolicLink(target: target))
        let leftOut = try writer.finish()
        #expect(leftOut == [])
        let path = root + name.dropFirst("top".count)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == target)
    }

    @Test("a link over a file, or below another link, is rejected", arguments: ["top/d/f", "top/l/x"])
    func linkOverFile(name: String) throws {
        #expect(throws: TreeWriter.Refused.self) {
            var writer = TreeWriter(root: try temporaryDirectory())
            try writer.add("top/d/f", .file(size: 1, isExecutable: false), "x")
            try writer.add("top/l", .symbolicLink(target: "d"))
            try writer.add(name, .symbolicLink(target: "elsewhere"))
            _ = try writer.finish()
        }
    }

    @Test("of a selection, only its files and the links in it are written, and nothing else counts")
    func selection() throws {
        let root = try temporaryDirectory()
        var limits = TreeWriter.Limits()
        limits.entries = 3
        limits.bytes = 10
        var writer = TreeWriter(root: root, selection: .only(["dploy.app", "specs"]), limits: limits)
        for number in 1...50 {
            try writer.add("top/src/\(number)", .file(size: 20, isExecutable: false), "xxxxxxxxxxxxxxxxxxxx")
        }
        try writer.add("top/specs/web.json", .file(size: 1, isExecutable: false), "x")
        try writer.add("top/specs.txt", .file(size: 1, isExecutable: false), "x")
        try writer.add("top/masked.service", .symbolicLink(target: "/dev/null"))
        try writer.add("top/specs/link.json", .symbolicLink(target: "web.json"))
        try writer.add("top/dploy.app", .file(size: 1, isExecutable: false), "x")
        let leftOut = try writer.finish()
        #expect(leftOut == [])
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: root).sorted() == [
                "dploy.app", "specs", "specs/link.json", "specs/web.json",
            ])
    }

    @Test("a selection is extended by what its links lead to")
    func links() throws {
        var writer = TreeWriter(root: try temporaryDirectory(), selection: .only(["specs"]))
        try writer.add("top/specs/a.json", .symbolicLink(target: "../common/a.json"))
        try writer.add("top/common/a.json", .symbolicLink(target: "../deep/er/a.json"))
        try writer.add("top/deep/er", .symbolicLink(target: "../deepest"))
        try writer.add("top/other", .symbolicLink(target: "elsewhere"))
        let wanted = writer.wanted
        #expect(wanted == .only(["specs", "common/a.json", "deep/er", "deepest/a.json"]))
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

    @Test("entries count even if all are equal")
    func equal() throws {
        let names = repeatElement("top/x", count: 1001)
        var limits = TreeWriter.Limits()
        limits.entries = 1000
        #expect(
            try Self.refusal(of: names, in: try temporaryDirectory(), limits: limits) == "it has more than 1000 entries"
        )
    }

    @Test("symbolic links are kept up to a limit")
    func manyLinks() throws {
        var limits = TreeWriter.Limits()
        limits.links = 1000
        let error = #expect(throws: TreeWriter.Refused.self) {
            var writer = TreeWriter(root: try temporaryDirectory(), selection: .only(["specs"]), limits: limits)
            for number in 1...50 { try writer.add("top/\(number)", .symbolicLink(target: "x")) }
        }
        #expect(error?.description == "it has too many symbolic links")
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
