import Foundation

/// A source file of the program, as text.
struct SourceFile: Sendable {
    /// The path below Sources.
    let path: String
    let lines: [Substring]

    static func all() throws -> [SourceFile] {
        let root = URL(filePath: #filePath).appending(path: "../../../../Sources").standardizedFileURL.path
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }
        return try paths.map { path in
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            return SourceFile(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    /// The modules of lines such as `import A`, `package import A` and `import struct A.B`.
    var imports: Set<String> {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return Set(
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let index = words.prefix(3).firstIndex(of: "import") else { return nil }
                let module = words[(index + 1)...].first { !kinds.contains($0) }
                return module?.split(separator: ".").first.map(String.init)
            })
    }

    /// Whether the path matches a pattern in which `*` matches anything, including slashes.
    func isAt(_ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, parts.count == 2 else { return path == pattern }
        return path.hasPrefix(first) && path.hasSuffix(last) && path.count >= first.count + last.count
    }
}
