import Foundation

/// Finds where JSON is invalid, with line and column, which Foundation does not report. It is stricter, too: Foundation
/// accepts a trailing comma and silently drops one of two values of the same key.
/// Source: https://www.rfc-editor.org/rfc/rfc8259
struct JSONSyntax {
    private struct Flaw: Error {
        let offset: Int
        let message: String
        var isSyntax = true
    }

    /// The limit of Foundation's decoder.
    private static let depthLimit = 512

    private let bytes: [UInt8]
    private var position = 0
    /// The JSON pointer of the value that is being read, and where each value is; nil unless places are wanted.
    private var pointer = ""
    private var offsets: [String: Int]?

    /// For what Foundation rejects and this reader does not.
    static let otherComplaint =
        "is not valid JSON: it contains a string that is not UTF-8, or a number that is too large"

    /// nil if the content is valid.
    static func complaint(about content: Data) -> String? {
        guard !content.isEmpty else { return "is empty" }
        var syntax = JSONSyntax(bytes: Array(content))
        do {
            try syntax.readDocument()
        } catch {
            let before = syntax.bytes[..<error.offset]
            let line = syntax.line(at: error.offset)
            let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            let column = String(decoding: before[start...], as: UTF8.self).count + 1
            return (error.isSyntax ? "is not valid JSON: " : "") + "line \(line), column \(column): \(error.message)"
        }
        return nil
    }

    /// The lines, counted from 1, of the values that JSON pointers name, or else of the object or list that lacks them; in
    /// invalid content, the line where it becomes invalid.
    static func lines(of pointers: [String], in content: Data) -> [Int] {
        var syntax = JSONSyntax(bytes: Array(content))
        syntax.offsets = [:]
        do {
            try syntax.readDocument()
        } catch {
            return pointers.map { _ in syntax.line(at: error.offset) }
        }
        let breaks = syntax.bytes.indices.filter { syntax.bytes[$0] == UInt8(ascii: "\n") }
        return pointers.map { pointer in
            let candidates = sequence(first: pointer[...]) { inner in
                inner.lastIndex(of: "/").map { inner[..<$0] }
            }
            let offset = candidates.lazy.compactMap { syntax.offsets?[String($0)] }.first ?? 0
            return breaks.partitioningIndex { $0 >= offset } + 1
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func line(at offset: Int) -> Int {
        bytes[..<min(offset, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func readDocument() throws(Flaw) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        try readValue(depth: 0)
        if next != nil { throw unexpected("the end of the file") }
    }

    private mutating func readValue(depth: Int) throws(Flaw) {
        guard depth < Self.depthLimit else {
            throw Flaw(offset: position, message: "nested too deeply (limit \(Self.depthLimit))")
        }
        skipBlanks()
        if offsets?[pointer] == nil { offsets?[pointer] = position }
        switch next {
        case UInt8(ascii: "{"):
            var keys: Set<String> = []
            try readItems(until: UInt8(ascii: "}")) { (syntax) throws(Flaw) in
                guard syntax.next == UInt8(ascii: "\"") else { throw syntax.unexpected("a key in double quotes") }
                let start = syntax.position
                try syntax.readString()
                let key = syntax.text(from: start)
                guard keys.insert(key).inserted else {
                    throw Flaw(offset: start, message: "duplicate key '\(key)'", isSyntax: false)
                }
                syntax.skipBlanks()
                guard syntax.next == UInt8(ascii: ":") else { throw syntax.unexpected("':'") }
                syntax.position += 1
                try syntax.readValue(at: key, from: start, depth: depth + 1)
            }
        case UInt8(ascii: "["):
            var index = 0
            try readItems(until: UInt8(ascii: "]")) { (syntax) throws(Flaw) in
                try syntax.readValue(at: "\(index)", from: syntax.position, depth: depth + 1)
                index += 1
            }
        case UInt8(ascii: "\""): try readString()
        default: try readWord()
        }
        skipBlanks()
    }

    private mutating func readValue(at token: String, from start: Int, depth: Int) throws(Flaw) {
        guard offsets != nil else { return try readValue(depth: depth) }
        let outer = pointer
        pointer += "/\(token.pointerEscaped)"
        offsets?[pointer] = start
        try readValue(depth: depth)
        pointer = outer
    }

    private mutating func readItems(
        until end: UInt8, _ readItem: (inout JSONSyntax) throws(Flaw) -> Void
    ) throws(Flaw) {
        position += 1
        skipBlanks()
        if next == end {
            position += 1
            return
        }
        while true {
            skipBlanks()
            try readItem(&self)
            switch next {
            case UInt8(ascii: ","): position += 1
            case end:
                position += 1
                return
            default: throw unexpected("',' or '\(Character(Unicode.Scalar(end)))'")
            }
        }
    }

    private mutating func readString() throws(Flaw) {
        let start = position
        position += 1
        while let byte = next, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): position += 1
            default: break
            }
        }
        throw Flaw(offset: start, message: "unterminated string")
    }

    /// The value of the quoted string that was just read.
    private func text(from start: Int) -> String {
        let quoted = bytes[start..<position]
        if quoted.contains(UInt8(ascii: "\\")), let text = try? JSONDecoder().decode(String.self, from: Data(quoted)) {
            return text
        }
        return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
    }

    /// true, false, null or a number.
    private mutating func readWord() throws(Flaw) {
        let start = position
        while let byte = next, Self.wordBytes.contains(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        guard word.wholeMatch(of: #/true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/#) == nil
        else {
            return
        }
        position = start
        throw unexpected("a value")
    }

    private static let wordBytes = Set("abcdefghijklmnopqrstuvwxyzE0123456789+-.".utf8)

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D { position += 1 }
    }

    private func unexpected(_ expected: String) -> Flaw {
        Flaw(offset: position, message: "expected \(expected), found \(next == nil ? "the end of the file" : found)")
    }

    private var found: String {
        let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
        return "'\(rest.prefix { !$0.isWhitespace }.prefix(8))'"
    }
}

extension [Int] {
    /// The first index of a sorted list whose element meets the condition, or the end.
    fileprivate func partitioningIndex(where isMet: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isMet(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
