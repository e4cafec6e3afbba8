import Foundation
import Testing

@testable import ObserverEngine

@Suite("Files that GitHub's archive lacks")
struct ArchiveGapTests {
    @Test(
        "are explained by export-ignore",
        arguments: [
            ("specs export-ignore", "specs"), ("/specs export-ignore", "specs"), ("specs/** export-ignore", "specs"),
            ("specs/*.json export-ignore", "specs/*.json"), ("*.json export-ignore", "specs/*.json"),
            ("s* text export-ignore", "specs"), ("dploy.app export-ignore", "dploy.app"),
            ("*.app export-ignore", "dploy.app"), ("# x\n\ndploy.app -text export-ignore", "dploy.app"),
        ])
    func exportIgnore(attributes: String, path: String) {
        let reason = ArchiveGap(attributes: attributes, modules: "").reason(for: path)
        #expect(reason?.contains("export-ignore' in .gitattributes") == true)
    }

    @Test(
        "are not explained by other lines",
        arguments: [
            "specs text", "# specs export-ignore", "specs -export-ignore", "docs export-ignore", "export-ignore", "",
        ])
    func other(attributes: String) {
        #expect(ArchiveGap(attributes: attributes, modules: "").reason(for: "specs") == nil)
    }

    @Test("are explained by a submodule")
    func submodule() {
        let modules = "[submodule \"specs\"]\n\tpath = specs\n\turl = https://github.com/m/specs\n"
        let gap = ArchiveGap(attributes: "", modules: modules)
        #expect(gap.reason(for: "specs")?.contains("Git submodule") == true)
        #expect(gap.reason(for: "dploy.app") == nil)
    }

    private func failure(_ files: [String: String], _ read: (String) throws -> Void) throws -> String? {
        let root = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (name, content) in files {
            let path = URL(filePath: "\(root)/\(name)")
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: path)
        }
        return #expect(throws: SpecFailure.self) { try read(root) }?.description
    }

    @Test("fail a deployment with the cause")
    func sentences() throws {
        #expect(
            try failure([".gitattributes": "specs export-ignore"]) { _ = try SpecReader.read(in: $0) }
                == "GitHub's archive of the commit lacks specs: it is omitted because of 'specs export-ignore' in "
                + ".gitattributes. Remove that line, and push again. Nothing was applied.")
        #expect(
            try failure([".gitattributes": "*.app export-ignore"]) { _ = try SpecReader.readDescriptor(in: $0) }?
                .hasPrefix("GitHub's archive of the commit lacks dploy.app: ") == true)
        #expect(try failure([:]) { _ = try SpecReader.read(in: $0) } == SpecFailure.specsMissing().description)
    }

    @Test("or that have another form or place are named")
    func otherFiles() throws {
        #expect(
            try failure(["specs/web.yml": "id: web"]) { _ = try SpecReader.read(in: $0) }
                == "The repository has no specs/*.json; specs/web.yml is not read. Nothing was applied. "
                + "Add an app spec and push again.")
        #expect(
            try failure(["specs/a/web.json": "{}", "specs/b.yaml": ""]) { _ = try SpecReader.read(in: $0) }?
                .contains("; specs/a and 1 more are not read.") == true)
        let tree = try SpecTree(["web.json": #"{"id":"web","cmd":"x"}"#, "db.YAML": "id: db", "README.md": ""])
        #expect(try tree.read().warnings == ["specs/db.YAML is not read: only specs/*.json are"])
    }

    @Test("or has as Git LFS pointers are named as such")
    func pointers() throws {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
        #expect(
            try failure(["specs/web.json": pointer]) { _ = try SpecReader.read(in: $0) }?
                .hasPrefix("specs/web.json: is a Git LFS pointer in place of the file. ") == true)
        #expect(
            try failure(["dploy.app": pointer]) { _ = try SpecReader.readDescriptor(in: $0) }?
                .hasPrefix("dploy.app: is a Git LFS pointer") == true)
    }

    @Test("may be some of the specs, which is a warning")
    func partly() throws {
        let tree = try SpecTree(["web.json": #"{"id":"web","cmd":"x"}"#])
        #expect(try tree.read().warnings == [])
        try Data("specs/old.json export-ignore".utf8).write(to: URL(filePath: tree.root + "/.gitattributes"))
        #expect(try tree.read().warnings.count == 1)
    }

    @Test(
        "are explained by a .gitattributes among the specs",
        arguments: ["*.json export-ignore", "/*.json export-ignore", "old.json export-ignore"])
    func nested(line: String) throws {
        let tree = try SpecTree(["web.json": #"{"id":"web","cmd":"x"}"#])
        try Data(line.utf8).write(to: URL(filePath: tree.root + "/specs/.gitattributes"))
        #expect(
            try tree.read().warnings
                == ["GitHub's archive may lack specs because of '\(line)' in specs/.gitattributes"])
        let missing = try failure(["specs/.gitattributes": "*.json export-ignore"]) { _ = try SpecReader.read(in: $0) }
        #expect(missing?.contains("'*.json export-ignore' in specs/.gitattributes. Remove that line") == true)
    }

    @Test("hidden files among the specs are passed over")
    func hidden() throws {
        let tree = try SpecTree([
            "web.json": #"{"id":"web","cmd":"x"}"#, "._web.json": "\u{0}\u{5}", ".#web.json": "{", ".json": "[]",
        ])
        #expect(try tree.read().apps.map(\.id) == ["/web"])
    }
}
