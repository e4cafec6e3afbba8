/// Reads the wanted members of a JSON document in one pass. All others are checked and skipped without a value being made of
/// them, so that reading a few members of a large document takes a fraction of the time of decoding it.
/// Source: https://www.rfc-editor.org/rfc/rfc8259
struct JSONReader {
    /// The document is not valid JSON.
    struct Invalid: Error {}

    /// The name of a member as it is written in the document.
    typealias Name = ArraySlice<UInt8>

    /// The limit of Foundation's decoder.
    private static let depthLimit = 512

    private let bytes: [UInt8]
    private var position = 0
    /// The names of the objects that are being read, and of the member.
    private var path: [Name] = []
    /// The path of the first member whose value has another type than the wanted one: `head_commit.author`.
    private(set) var mismatch: String?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the document, which must be an object.
    /// - Parameter read: Called for each member of the object; has to read or skip its value.
    mutating func readDocument(_ read: (Name, inout JSONReader) throws(Invalid) -> Void) throws(Invalid) {
        guard try next() == UInt8(ascii: "{") else { throw Invalid() }
        try readMembers(read)
        skipBlanks()
        guard position == bytes.count else { throw Invalid() }
    }

    /// Reads the value of a member if it is an object.
    mutating func object(_ read: (Name, inout JSONReader) throws(Invalid) -> Void) throws(Invalid) {
        guard try next() == UInt8(ascii: "{") else { return try skipOther() }
        try readMembers(read)
    }

    /// The value of a member; nil if it is null.
    mutating func string() throws(Invalid) -> String? {
        guard try next() == UInt8(ascii: "\"") else {
            try skipOther()
            return nil
        }
        let (content, isEscaped) = try readString()
        if isEscaped { return try unescaped(content) }
        guard let text = String(validating: bytes[content], as: UTF8.self) else { throw Invalid() }
        return text
    }

    /// The value of a member; nil if it is null.
    mutating func bool() throws(Invalid) -> Bool? {
        switch try next() {
        case UInt8(ascii: "t"):
            try skip("true")
            return true
        case UInt8(ascii: "f"):
            try skip("false")
            return false
        default:
            try skipOther()
            return nil
        }
    }

    /// The value of a member; nil if it is anything other than a whole number.
    mutating func integer() throws(Invalid) -> Int64? {
        _ = try next()
        let start = position
        try skip()
        return Int64(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Checks and skips the next value.
    mutating func skip() throws(Invalid) {
        try skip(depth: path.count)
    }

    /// Skips a value of another type than the wanted one. Null counts as missing.
    private mutating func skipOther() throws(Invalid) {
        if try next() != UInt8(ascii: "n"), mismatch == nil {
            mismatch = path.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
        }
        try skip()
    }

    private mutating func readMembers(
        _ read: (Name, inout JSONReader) throws(Invalid) -> Void
    ) throws(Invalid) {
        try skipItems(until: UInt8(ascii: "}")) { (reader) throws(Invalid) in
            let name = reader.bytes[try reader.readName()]
            reader.path.append(name)
            try read(name, &reader)
            reader.path.removeLast()
        }
    }

    // MARK: - Skipping

    private mutating func skip(depth: Int) throws(Invalid) {
        guard depth < Self.depthLimit else { throw Invalid() }
        switch try next() {
        case UInt8(ascii: "{"):
            try skipItems(until: UInt8(ascii: "}")) { (reader) throws(Invalid) in
                _ = try reader.readName()
                try reader.skip(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try skipItems(until: UInt8(ascii: "]")) { (reader) throws(Invalid) in
                try reader.skip(depth: depth + 1)
            }
        case UInt8(ascii: "\""): _ = try readString()
        case UInt8(ascii: "t"): try skip("true")
        case UInt8(ascii: "f"): try skip("false")
        case UInt8(ascii: "n"): try skip("null")
        default: try skipNumber()
        }
    }

    private mutating func skipItems(
        until end: UInt8, _ skipItem: (inout JSONReader) throws(Invalid) -> Void
    ) throws(Invalid) {
        position += 1
        if try next() == end {
            position += 1
            return
        }
        while true {
            try skipItem(&self)
            switch try next() {
            case UInt8(ascii: ","): position += 1
            case end:
                position += 1
                return
            default: throw Invalid()
            }
        }
    }

    /// The name of a member, up to its value.
    private mutating func readName() throws(Invalid) -> Range<Int> {
        guard try next() == UInt8(ascii: "\"") else { throw Invalid() }
        let (name, _) = try readString()
        guard try next() == UInt8(ascii: ":") else { throw Invalid() }
        position += 1
        return name
    }

    private mutating func skip(_ word: StaticString) throws(Invalid) {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].isEqual(to: word) else { throw Invalid() }
        position = end
    }

    private mutating func skipNumber() throws(Invalid) {
        if byte == UInt8(ascii: "-") { position += 1 }
        if byte == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        if byte == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        guard byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") else { return }
        position += 1
        if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
        try skipDigits()
    }

    /// At least one.
    private mutating func skipDigits() throws(Invalid) {
        let start = position
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw Invalid() }
    }

    private mutating func skipBlanks() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
            if byte == 0x20 { skipWords { $0 == 0x2020_2020_2020_2020 } }
        }
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The next byte that is not blank.
    private mutating func next() throws(Invalid) -> UInt8 {
        skipBlanks()
        guard let byte else { throw Invalid() }
        return byte
    }

    // MARK: - Strings

    /// Reads a string with its quotes.
    private mutating func readString() throws(Invalid) -> (content: Range<Int>, isEscaped: Bool) {
        position += 1
        let start = position
        var isEscaped = false
        while true {
            skipPlain()
            guard let byte else { throw Invalid() }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return (start..<position - 1, isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                try skipEscape()
            case ..<0x20: throw Invalid()
            default: position += 1
            }
        }
    }

    /// Skips bytes of a string, as long as none of eight is a quote, a backslash or a control character.
    /// Source: https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
    private mutating func skipPlain() {
        let (ones, highs) = (UInt64(0x0101_0101_0101_0101), UInt64(0x8080_8080_8080_8080))
        let (quotes, backslashes) = (ones &* UInt64(UInt8(ascii: "\"")), ones &* UInt64(UInt8(ascii: "\\")))
        skipWords { word in
            let (quote, backslash) = (word ^ quotes, word ^ backslashes)
            let special = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word
            return special & highs == 0
        }
    }

    /// Skips eight bytes at a time.
    private mutating func skipWords(while isMeant: (UInt64) -> Bool) {
        position = bytes.withUnsafeBytes { bytes in
            var position = position
            while position + 8 <= bytes.count,
                isMeant(bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            {
                position += 8
            }
            return position
        }
    }

    private mutating func skipEscape() throws(Invalid) {
        position += 1
        guard let kind = byte, Self.escapes.contains(kind) else { throw Invalid() }
        position += 1
        guard kind == UInt8(ascii: "u") else { return }
        guard position + 4 <= bytes.count, bytes[position..<position + 4].allSatisfy(\.isHexadecimal) else {
            throw Invalid()
        }
        position += 4
    }

    private static let escapes = Array(#""\/bfnrtu"#.utf8)

    /// The text of a string whose escapes were checked. Half of a surrogate pair is replaced by U+FFFD.
    private func unescaped(_ content: Range<Int>) throws(Invalid) -> String {
        var units: [UInt16] = []
        var text = ""
        var rest = content
        while let backslash = bytes[rest].firstIndex(of: UInt8(ascii: "\\")) {
            guard let plain = String(validating: bytes[rest.lowerBound..<backslash], as: UTF8.self) else {
                throw Invalid()
            }
            if !plain.isEmpty {
                text += String(decoding: units, as: UTF16.self) + plain
                units = []
            }
            let kind = bytes[backslash + 1]
            units.append(kind == UInt8(ascii: "u") ? unit(at: backslash + 2) : Self.meaning(of: kind))
            rest = backslash + (kind == UInt8(ascii: "u") ? 6 : 2)..<content.upperBound
        }
        guard let plain = String(validating: bytes[rest], as: UTF8.self) else { throw Invalid() }
        return text + String(decoding: units, as: UTF16.self) + plain
    }

    private func unit(at start: Int) -> UInt16 {
        UInt16(String(decoding: bytes[start..<start + 4], as: UTF8.self), radix: 16) ?? 0xFFFD
    }

    private static func meaning(of escape: UInt8) -> UInt16 {
        switch escape {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: UInt16(escape)
        }
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool { Character(Unicode.Scalar(self)).isHexDigit }
}

extension ArraySlice<UInt8> {
    fileprivate func isEqual(to text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && text.withUTF8Buffer { elementsEqual($0) }
    }

    /// Matches the name of a member in a `switch`.
    static func ~= (text: StaticString, name: ArraySlice<UInt8>) -> Bool { name.isEqual(to: text) }
}
