import TestTraits
import Testing

@testable import ObserverEngine

@Suite("Decompressing gzip", .onComputingQueue)
struct GzipReaderTests {
    private static let text = Array("what was pushed, ".utf8)

    /// - Returns: nil if the input is incomplete.
    private func unpack(_ packed: [UInt8], in size: Int = 64 * 1024) throws -> [UInt8]? {
        var reader = GzipReader()
        var unpacked: [UInt8] = []
        var rest = packed[...]
        while !rest.isEmpty {
            reader.feed(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            while let piece = try reader.next() {
                #expect(!piece.isEmpty && piece.count <= GzipReader.pieceSize)
                unpacked += piece
            }
        }
        return reader.isFinished ? unpacked : nil
    }

    @Test("the size of the pieces does not matter", arguments: [1, 7, 1000, 64 * 1024])
    func pieces(size: Int) throws {
        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        #expect(try unpack(Gzip.packed(content), in: size) == content)
    }

    @Test("a small input may have a large output, which is returned in pieces")
    func large() throws {
        // head -c 1000000 /dev/zero | gzip -9n
        let start: [UInt8] = [
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1,
            0x01, 0x01, 0x00, 0x00, 0x00, 0x82, 0x20, 0xff, 0xaf, 0x6e, 0x48, 0x40, 0x01,
        ]
        let end: [UInt8] = [0xaf, 0x06, 0x9e, 0xcb, 0x79, 0x12, 0x40, 0x42, 0x0f, 0x00]
        let packed = start + [UInt8](repeating: 0, count: 968) + end
        for size in [100, 64 * 1024] {
            #expect(try unpack(packed, in: size) == [UInt8](repeating: 0, count: 1_000_000))
        }
    }

    @Test("several members are one after the other, and zeros may follow them")
    func members() throws {
        let packed = Gzip.packed(Self.text) + Gzip.packed([]) + Gzip.packed(Self.text)
        for size in [1, 1000] {
            #expect(try unpack(packed, in: size) == Self.text + Self.text)
            #expect(try unpack(packed + [0, 0, 0], in: size) == Self.text + Self.text)
        }
    }

    @Test(
        "other bytes after the last member are malformed",
        arguments: [[1], [0, 0, 1], Array("garbage".utf8), [0x1f, 0]])
    func garbage(trailer: [UInt8]) throws {
        for size in [1, 1000] {
            #expect(throws: GzipReader.Malformed.self) { try unpack(Gzip.packed(Self.text) + trailer, in: size) }
        }
    }

    @Test("a wrong checksum or length is malformed", arguments: [1, 5, 8])
    func checksum(fromEnd: Int) throws {
        var packed = Gzip.packed(Self.text)
        packed[packed.count - fromEnd] ^= 1
        #expect(throws: GzipReader.Malformed.self) { try unpack(packed) }
    }

    @Test("input that stops early is incomplete, wherever it stops")
    func incomplete() throws {
        let packed = Gzip.packed(Self.text)
        for count in 0..<packed.count { #expect(try unpack(Array(packed.prefix(count))) == nil, "\(count)") }
        #expect(try unpack(packed + [0x1f]) == nil)
    }

    @Test("other formats are malformed", arguments: ["<html>no</html>", "PK\u{3}\u{4}", "\u{1f}\u{9d}"])
    func otherFormats(text: String) throws {
        #expect(throws: GzipReader.Malformed.self) { try unpack(Array(text.utf8)) }
    }
}
