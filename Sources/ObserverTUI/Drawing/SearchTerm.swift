/// A term to filter or search for. Ignores the case of ASCII letters. With a leading `!` it means everything else.
struct SearchTerm: Hashable, Sendable {
    /// As typed.
    let text: String
    /// Whether rows that do not contain the word are meant.
    let isInverse: Bool
    private let word: String
    private let needle: [UInt8]

    init(_ text: String) {
        self.text = text
        isInverse = text.hasPrefix("!")
        word = isInverse ? String(text.dropFirst()) : text
        needle = word.utf8.map(Self.folded)
    }

    var isEmpty: Bool { needle.isEmpty }

    /// Whether the texts of a row match, together.
    func matches(_ texts: some Sequence<String?>) -> Bool {
        isEmpty || texts.contains(where: contains) != isInverse
    }

    func matches(_ text: String) -> Bool { matches([text]) }

    private func contains(_ string: String?) -> Bool {
        guard let string else { return false }
        var matched = 0
        // After a mismatch, restart one byte after the start of this attempt: correct for every needle, and fast.
        let bytes = string.utf8
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            if Self.folded(bytes[index]) == needle[matched] {
                matched += 1
                if matched == needle.count { return true }
                bytes.formIndex(after: &index)
            } else {
                matched = 0
                bytes.formIndex(after: &start)
                index = start
            }
        }
        return false
    }

    /// The ranges of cells that contain the word, without overlaps; none for an inverse term.
    func ranges(in cells: [Cell]) -> [Range<Int>] {
        let wanted = word.unicodeScalars.map(Self.folded)
        guard !wanted.isEmpty, !isInverse, cells.count >= wanted.count else { return [] }
        let bases = cells.map { Self.folded($0.base) }
        var ranges: [Range<Int>] = []
        var start = 0
        while start + wanted.count <= bases.count {
            if bases[start..<start + wanted.count].elementsEqual(wanted) {
                ranges.append(start..<start + wanted.count)
                start += wanted.count
            } else {
                start += 1
            }
        }
        return ranges
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
    }

    private static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
        (0x41...0x5A).contains(scalar.value) ? scalar.value + 0x20 : scalar.value
    }
}
