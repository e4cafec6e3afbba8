import Glibc

/// Texts and bodies as bytes: to a `String` a word with an accent on its last letter is another word, and to make a text of
/// a body of many megabytes takes long.
extension UnsafeRawBufferPointer {
    /// Where the bytes first stand at or after the place.
    private func place(of wanted: [UInt8], from start: Int) -> Int? {
        guard let base = baseAddress, let first = wanted.first else { return nil }
        var place = start
        while count - place >= wanted.count, let found = memchr(base + place, CInt(first), count - place) {
            place = UnsafeRawPointer(found) - base
            if count - place >= wanted.count, memcmp(found, wanted, wanted.count) == 0 { return place }
            place += 1
        }
        return nil
    }

    func holds(_ wanted: [UInt8]) -> Bool { place(of: wanted, from: 0) != nil }

    /// nil where they do not stand anywhere.
    func replacing(_ wanted: [UInt8], with other: [UInt8]) -> [UInt8]? {
        guard var found = place(of: wanted, from: 0) else { return nil }
        var replaced: [UInt8] = []
        replaced.reserveCapacity(count)
        var rest = 0
        while true {
            replaced += self[rest..<found]
            replaced += other
            rest = found + wanted.count
            guard let next = place(of: wanted, from: rest) else { break }
            found = next
        }
        return replaced + self[rest...]
    }
}
