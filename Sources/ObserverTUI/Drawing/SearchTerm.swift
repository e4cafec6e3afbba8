/// A term to filter or search for. Ignores the case of ASCII letters.
struct SearchTerm: Hashable, Sendable {
    let text: String
    private let needle: [UInt8]

    init(_ text: String) {
        self.text = text
        needle = text.utf8.map(Self.folded)
    }

    var isEmpty: Bool { needle.isEmpty }

    func matches(_ string: String?) -> Bool {
        guard !isEmpty else { return true }
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

    /// The ranges of cells that contain the term, without overlaps.
    func ranges(in cells: [Cell]) -> [Range<Int>] {
        let wanted = text.unicodeScalars.map(Self.folded)
        guard !wanted.isEmpty, cells.count >= wanted.count else { return [] }
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
