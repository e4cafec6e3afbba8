/// A syntax error in JSON text.
package struct JSONSyntaxError: Error, CustomStringConvertible {
    package var message: String
    package var offset: Int

    package var description: String { "\(message) at offset \(offset)" }
}

extension JSON {
    package init(parsing bytes: some Collection<UInt8>) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }

    package init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: text.utf8)
    }
}

private struct JSONParser {
    var bytes: [UInt8]
    var position = 0

    mutating func document() throws(JSONSyntaxError) -> JSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw unexpected() }
        return value
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth < 200 else { throw JSONSyntaxError(message: "Nested too deeply", offset: position) }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
        position += 1
        var members: [String: JSON] = [:]
        skipBlanks()
        if take("}") { return .object(members) }
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw unexpected() }
            let key = try string()
            skipBlanks()
            guard take(":") else { throw unexpected() }
            members[key] = try value(depth: depth + 1)
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { throw unexpected() }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipBlanks()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipBlanks()
            if take("]") { return .array(elements) }
            guard take(",") else { throw unexpected() }
        }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        var utf8: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: utf8, as: UTF8.self) else {
                    throw JSONSyntaxError(message: "Invalid UTF-8", offset: position)
                }
                return text
            case UInt8(ascii: "\\"): utf8 += String(try escape()).utf8
            case 0..<0x20: throw JSONSyntaxError(message: "Illegal unquoted character", offset: position - 1)
            default: utf8.append(byte)
            }
        }
        throw unexpected()
    }

    private mutating func escape() throws(JSONSyntaxError) -> Character {
        guard let byte = peek else { throw unexpected() }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "u"): return Character(try unicodeEscape())
        default: throw JSONSyntaxError(message: "Unrecognized character escape", offset: position - 1)
        }
    }

    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let high = try fourHexDigits()
        if UTF16.isLeadSurrogate(high), peek == UInt8(ascii: "\\") {
            position += 2
            let low = try fourHexDigits()
            let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) &- 0xDC00)
            return Unicode.Scalar(value) ?? "\u{FFFD}"
        }
        return Unicode.Scalar(high) ?? "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt16 {
        let digits = bytes.dropFirst(position).prefix(4)
        position += 4
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw JSONSyntaxError(message: "Expected four hexadecimal digits", offset: position)
        }
        return unit
    }

    private mutating func number() throws(JSONSyntaxError) -> JSON {
        let start = position
        while let byte = peek, "0123456789+-.eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let integer = Int(text), !text.hasPrefix("+") { return .integer(integer) }
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first),
            let double = Double(text)
        else {
            position = start
            throw unexpected()
        }
        return JSON(double)
    }

    private mutating func word(_ word: String, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        guard bytes.dropFirst(position).starts(with: word.utf8) else { throw unexpected() }
        position += word.utf8.count
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || (0x9...0xd).contains(byte) { position += 1 }
    }

    private func unexpected() -> JSONSyntaxError {
        guard let byte = peek else { return JSONSyntaxError(message: "Unexpected end-of-input", offset: position) }
        let character = Character(Unicode.Scalar(byte))
        return JSONSyntaxError(message: "Unexpected character ('\(character)' (code \(byte)))", offset: position)
    }
}
