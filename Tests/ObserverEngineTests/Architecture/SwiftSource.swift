import Foundation

/// A source file as far as the types matter that it declares and uses.
struct SwiftSource: Sendable {
    struct Use: Sendable {
        let type: String
        let line: Int
    }

    /// Below Sources.
    let path: String
    /// The types at its top level.
    let declared: Set<String>
    /// Every name of a type that it mentions, except its own.
    let uses: [Use]

    static func all(of module: String) throws -> [SwiftSource] {
        try SourceFile.all().filter { $0.path.hasPrefix(module + "/") }.map { file in
            SwiftSource(path: file.path, text: file.lines.joined(separator: "\n"))
        }
    }

    init(path: String, text: String) {
        self.path = path
        let lines = Self.code(of: text).split(separator: "\n", omittingEmptySubsequences: false)
        var declared: Set<String> = []
        var local: Set<String> = []
        for line in lines where line.firstMatch(of: #/^\s*(package |@testable )?import\b/#) == nil {
            for match in line.matches(
                of: #/\b(?:struct|class|enum|actor|protocol|typealias|associatedtype)\s+([A-Z]\w*)/#)
            {
                local.insert(String(match.1))
                if line.first?.isWhitespace == false { declared.insert(String(match.1)) }
            }
        }
        self.declared = declared
        uses = lines.enumerated().flatMap { index, line in
            line.matches(of: #/(^|[^.\w])([A-Z]\w*)/#).compactMap { match in
                let type = String(match.2)
                return local.contains(type) ? nil : Use(type: type, line: index + 1)
            }
        }
    }

    /// The folder within the module, "Targets/Marathon"; empty for the module's own.
    var folder: String {
        path.split(separator: "/").dropFirst().dropLast().joined(separator: "/")
    }

    /// The text without comments, string literals and regular expressions, but with the interpolations of strings.
    private static func code(of text: String) -> String {
        enum State { case code(parentheses: Int), string(quotes: Int), until(String) }
        let newline = UInt8(ascii: "\n")
        var states: [State] = [.code(parentheses: 0)]
        var code: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            var length = 1
            switch states[states.count - 1] {
            case .code(let depth):
                if let (start, end) = Self.skipped.first(where: { rest.starts(with: $0.start.utf8) }) {
                    length = start.utf8.count
                    states.append(.until(end))
                } else if byte == UInt8(ascii: "\"") {
                    length = rest.starts(with: "\"\"\"".utf8) ? 3 : 1
                    states.append(.string(quotes: length))
                } else if byte == UInt8(ascii: ")"), depth == 1, states.count > 1 {
                    states.removeLast()
                } else {
                    let change = byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
                    states[states.count - 1] = .code(parentheses: depth + change)
                    if byte != newline { code.append(byte) }
                }
            case .string(let quotes):
                if rest.starts(with: "\\(".utf8) {
                    length = 2
                    states.append(.code(parentheses: 1))
                    code.append(UInt8(ascii: " "))
                } else if byte == UInt8(ascii: "\\") {
                    length = 2
                } else if rest.starts(with: repeatElement(UInt8(ascii: "\""), count: quotes)) {
                    length = quotes
                    states.removeLast()
                }
            case .until(let end):
                if rest.starts(with: end.utf8) {
                    length = end.utf8.count
                    states.removeLast()
                }
            }
            if byte == newline { code.append(newline) }
            rest = rest.dropFirst(length)
        }
        return String(decoding: code, as: UTF8.self)
    }

    private static let skipped = [
        (start: "//", end: "\n"), (start: "/*", end: "*/"), (start: "#\"", end: "\"#"), (start: "#/", end: "/#"),
    ]
}
