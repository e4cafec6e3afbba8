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
