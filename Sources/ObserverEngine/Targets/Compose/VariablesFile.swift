import Foundation

/// A file with variables, like `.env`, in Compose's syntax: comments, `export`, quotes, and references to other variables.
/// Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
struct VariablesFile {
    /// References in one value are replaced until they have added this many bytes: they could grow without end.
    private static let growth = 1024

    private(set) var values: [String: String] = [:]

    /// - Parameter environment: A reference to a variable prefers it to the file.
    init(_ text: String, environment: [String: String] = [:]) {
        var rest = text[...]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.isEmpty { return }
            if let name = Self.name(in: &rest), let (value, isLiteral) = Self.value(in: &rest) {
                let text = isLiteral ? value : Self.resolved(value) { environment[$0] ?? values[$0] }
                values[name] = text
            }
            // A comment, or a line that is not understood.
            rest = rest.drop { !$0.isNewline }
        }
    }

    /// Reads a name with the character that separates it from its value; nil for any other line.
    private static func name(in rest: inout Substring) -> String? {
        var word = rest.word
        if word == "export", rest.dropFirst(word.count).first?.isBlank == true {
            rest = rest.dropFirst(word.count).drop(while: \.isBlank)
            word = rest.word
        }
        rest = rest.dropFirst(word.count).drop(while: \.isBlank)
        guard !word.isEmpty, let separator = rest.first, "=:".contains(separator) else { return nil }
        rest.removeFirst()
        return String(word)
    }

    /// nil if a quote has no end.
    private static func value(in rest: inout Substring) -> (text: String, isLiteral: Bool)? {
        let start = rest.drop(while: \.isBlank)
        if let quote = start.first, quote == "\"" || quote == "'" {
            var after = start.dropFirst()
            guard let text = quoted(by: quote, in: &after) else { return nil }
            rest = after
            return (text, quote == "'")
        }
        let line = rest.prefix { !$0.isNewline }
        let comment = line.indices.first {
            line[$0] == "#" && $0 > line.startIndex && line[line.index(before: $0)].isBlank
        }
        return (line[..<(comment ?? line.endIndex)].trimmingCharacters(in: .whitespaces), false)
    }

    /// It may have several lines.
    private static func quoted(by quote: Character, in rest: inout Substring) -> String? {
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            guard character == "\\", let next = rest.first, next == quote || quote == "\"" else {
                text.append(character)
                continue
            }
            rest.removeFirst()
            text.append(next == "n" && quote == "\"" ? "\n" : next)
        }
        return nil
    }

    /// With references replaced: `$NAME`, `${NAME}` and `${NAME:-default}`.
    private static func resolved(_ text: String, _ value: (String) -> String?) -> String {
        var left = growth
        return text.replacing(#/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/#) { match -> String in
            let found = (match.1 ?? match.3).flatMap { value(String($0)) } ?? ""
            let new = found.isEmpty ? match.2.map(String.init) ?? "" : found
            left -= new.utf8.count
            return left >= 0 ? new : ""
        }
    }
}

extension Substring {
    fileprivate var word: Substring { prefix { !$0.isWhitespace && !"=:#".contains($0) } }
}

extension Character {
    fileprivate var isBlank: Bool { isWhitespace && !isNewline }
}
