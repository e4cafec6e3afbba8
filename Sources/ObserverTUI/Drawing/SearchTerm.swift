/// Words to filter or search for. Ignores the case of ASCII letters. A word with a leading `!` means everything else.
struct SearchTerm: Hashable, Sendable {
    private struct Word: Hashable {
        let text: String
        /// Whether rows that do not contain it are meant.
        let isInverse: Bool
        let needle: [UInt8]

        init(_ typed: Substring) {
            isInverse = typed.hasPrefix("!")
            text = String(isInverse ? typed.dropFirst() : typed)
            needle = text.utf8.map(SearchTerm.folded)
        }
    }

    /// As typed.
    let text: String
    private let words: [Word]

    init(_ text: String) {
        self.text = text
        words = text.split(separator: " ").map(Word.init).filter { !$0.needle.isEmpty }
    }

    var isEmpty: Bool { words.isEmpty }

    /// Whether the texts of a row match, together: they contain every word.
    func matches(_ texts: some Sequence<String?>) -> Bool {
        words.allSatisfy { word in
            texts.contains { Self.contains(word.needle, $0) } != word.isInverse
        }
    }

    func matches(_ text: String) -> Bool { matches([text]) }

    private static func contains(_ needle: [UInt8], _ string: String?) -> Bool {
        guard let string else { return false }
        var matched = 0
        // After a mismatch, restart one byte after the start of this attempt: correct for every needle, and fast.
        let bytes = string.utf8
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            if folded(bytes[index]) == needle[matched] {
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

    /// The ranges of cells that contain a word, without overlaps; none for an inverse one.
    func ranges(in cells: [Cell]) -> [Range<Int>] {
        let bases = cells.map { Self.folded($0.base) }
        let all = words.filter { !$0.isInverse }.flatMap { Self.ranges(of: $0.text, in: bases) }
        return all.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { ranges, next in
            if next.lowerBound >= ranges.last?.upperBound ?? 0 { ranges.append(next) }
        }
    }

    private static func ranges(of word: String, in bases: [UInt32]) -> [Range<Int>] {
        let wanted = word.unicodeScalars.map(folded)
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
