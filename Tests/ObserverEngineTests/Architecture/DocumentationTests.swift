import Foundation
import ObserverEngine
import TestTraits
import Testing

@Suite("Documentation", .onComputingQueue)
struct DocumentationTests {
    @Test("every file and folder that a document names exists", arguments: Document.names)
    func paths(name: String) throws {
        let document = try Document(name)
        let files = try Repository.files()
        for (line, path) in document.links {
            let target = document.folder.isEmpty ? path : "\(document.folder)/\(path)"
            #expect(Repository.contains(target), "\(name):\(line): \(path) does not exist")
        }
        for (line, path) in document.code where Self.isPath(path) {
            let exists = Repository.contains(path) || files.contains { "/\($0)".hasSuffix("/\(path)") }
            #expect(exists, "\(name):\(line): \(path) does not exist")
        }
    }

    @Test(
        "every type that a document names exists",
        arguments: ["CONTRIBUTING.md", "docs/design.md", "docs/security.md"])
    func types(name: String) throws {
        let names = Set(try Repository.files().flatMap { $0.split { "/.".contains($0) }.map(String.init) })
        let sources = try Self.sources()
        for (line, type) in try Document(name).code where type.wholeMatch(of: /[A-Z][a-z]+([A-Z][A-Za-z]*)+/) != nil {
            let exists = names.contains(type) || sources.contains(type)
            #expect(exists, "\(name):\(line): there is no type \(type)")
        }
    }

    @Test("the diagram of the layout shows every folder", arguments: ["ObserverEngine", "ObserverTUI", "observer"])
    func layout(module: String) throws {
        let diagrams = try Document("docs/design.md").diagrams
        let folders = try Repository.files().filter { $0.hasPrefix("Sources/\(module)/") && $0.hasSuffix(".swift") }
            .map { $0.split(separator: "/").dropFirst(2).dropLast().joined(separator: "/") }
        for folder in Set(folders) where !folder.isEmpty && !folders.contains(where: { $0.hasPrefix("\(folder)/") }) {
            #expect(diagrams.contains { $0.contains(folder) }, "docs/design.md: no diagram shows \(module)/\(folder)")
        }
    }

    @Test("every environment variable that a document names exists", arguments: Document.names)
    func environmentVariables(name: String) throws {
        let sources = try Self.sources()
        for (index, line) in try Document(name).lines.enumerated() {
            for variable in line.matches(of: /DPLOY_[A-Z_]+[A-Z]/).map(\.output) {
                let exists = sources.contains(variable)
                #expect(exists, "\(name):\(index + 1): \(variable) does not exist")
            }
        }
    }

    @Test("settings.md lists every setting", arguments: Setting.allCases)
    func settings(setting: Setting) throws {
        let text = try Document("docs/settings.md").lines.joined(separator: "\n")
        if let flag = setting.flag { #expect(text.contains("`-\(flag)`")) }
        if let variable = setting.environmentVariable { #expect(text.contains("`\(variable)")) }
    }

    /// The text of all sources.
    private static func sources() throws -> String {
        try SourceFile.all().flatMap(\.lines).joined(separator: "\n")
    }

    /// Whether inline code names a file or a folder of this repository.
    private static func isPath(_ code: String) -> Bool {
        guard code.wholeMatch(of: /[\w.+\/-]+/) != nil else { return false }
        let folders = ["Sources/", "Tests/", "Benchmarks/", "docs/", "screenshots/", ".ci/"]
        return code.hasSuffix(".swift") || folders.contains { code.hasPrefix($0) }
    }
}

/// A Markdown file of the repository.
private struct Document {
    static let names: [String] = {
        let guides = (try? FileManager.default.contentsOfDirectory(atPath: Repository.path("docs"))) ?? []
        return ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"]
            + guides.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
    }()

    /// Path of the folder below the root; empty for the root.
    let folder: String
    let lines: [String]

    init(_ name: String) throws {
        folder = name.split(separator: "/").dropLast().joined(separator: "/")
        lines = try String(contentsOfFile: Repository.path(name), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Targets of links and images inside the repository, without their anchors.
    var links: [(line: Int, path: String)] {
        matches(of: /\]\(([^)#\s]+)(#[^)]*)?\)/).filter { !$0.path.contains(":") }
    }

    /// Inline code.
    var code: [(line: Int, path: String)] { matches(of: /`([^`]+)`()/) }

    /// Mermaid diagrams.
    var diagrams: [String] {
        lines.split(separator: "```mermaid").dropFirst()
            .map { $0.prefix { $0 != "```" }.joined(separator: "\n") }
    }

    private func matches<Rest>(of pattern: Regex<(Substring, Substring, Rest)>) -> [(line: Int, path: String)] {
        lines.enumerated().flatMap { index, line in
            line.matches(of: pattern).map { (line: index + 1, path: String($0.output.1)) }
        }
    }
}

/// The files of the repository.
private enum Repository {
    static func path(_ relative: String) -> String {
        URL(filePath: #filePath).appending(path: "../../../../\(relative)").standardizedFileURL.path
    }

    static func contains(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

    /// Paths of the sources, tests and benchmarks, below the root.
    static func files() throws -> [String] {
        try ["Sources", "Tests", "Benchmarks"].flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: path(folder)).map { "\(folder)/\($0)" }
        } + ["Package.swift"]
    }
}
