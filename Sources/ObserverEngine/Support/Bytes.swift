import Glibc

/// Search and replacement on bytes. A `String` compares by grapheme: a secret followed by a combining accent would not be
/// found, and decoding a body of many megabytes is slow.
extension UnsafeRawBufferPointer {
    func holds(_ wanted: [UInt8]) -> Bool { offset(of: wanted, from: 0) != nil }

    /// nil if there is no occurrence.
    func replacing(_ wanted: [UInt8], with other: [UInt8]) -> [UInt8]? {
        guard var found = offset(of: wanted, from: 0) else { return nil }
        var replaced: [UInt8] = []
        replaced.reserveCapacity(count)
        var rest = 0
        while true {
            replaced += self[rest..<found]
            replaced += other
            rest = found + wanted.count
            guard let next = offset(of: wanted, from: rest) else { break }
            found = next
        }
        return replaced + self[rest...]
    }

    /// The first occurrence at or after the start.
    private func offset(of wanted: [UInt8], from start: Int) -> Int? {
        guard let base = baseAddress, let first = wanted.first else { return nil }
        var offset = start
        while count - offset >= wanted.count, let found = memchr(base + offset, CInt(first), count - offset) {
            offset = UnsafeRawPointer(found) - base
            if count - offset >= wanted.count, memcmp(found, wanted, wanted.count) == 0 { return offset }
            offset += 1
        }
        return nil
    }
}

extension [UInt8] {
    /// Without the byte order mark that some editors write at the beginning of UTF-8.
    var withoutByteOrderMark: ArraySlice<UInt8> { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...] }
}

extension UInt8 {
    /// Two digits, lower case.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

extension [UInt8] {
    /// nil unless the text consists of pairs of hexadecimal digits.
    package init?(hexadecimal text: some StringProtocol) {
        self = []
        reserveCapacity(text.utf8.count / 2)
        var digits = text.utf8.makeIterator()
        while let first = digits.next() {
            guard let high = Self.digit(first), let low = digits.next().flatMap(Self.digit) else { return nil }
            append(high << 4 | low)
        }
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
