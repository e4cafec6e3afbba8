import ObserverEngine
import Testing

@Suite("Reading tar archives")
struct TarReaderTests {
    @Test(
        "whatever the pieces in which it comes, an archive reads the same", arguments: [1, 7, 511, 512, 513, 100_000])
    func pieces(size: Int) throws {
        var archive = TarArchive()
        archive.addPax(TarArchive.record("comment", "abc"), type: "g")
        archive.add("top/", type: "5")
        archive.add("top/run.sh", content: Array(repeating: 7, count: 1500), mode: "0000755")
        archive.add("top/empty", content: [])
        archive.add("top/exact", content: Array(repeating: 8, count: 512))
        archive.add("top/link", type: "2", target: "run.sh")
        let entries = try Self.read(archive.ended(), in: size)
        #expect(entries.map(\.name) == ["top/", "top/run.sh", "top/empty", "top/exact", "top/link"])
        #expect(
            entries.map(\.kind) == [
                .directory, .file(size: 1500, isExecutable: true), .file(size: 0, isExecutable: false),
                .file(size: 512, isExecutable: false), .symbolicLink(target: "run.sh"),
            ])
        #expect(
            entries.map(\.content) == [[], Array(repeating: 7, count: 1500), [], Array(repeating: 8, count: 512), []])
    }

    @Test("long names are read in all three forms: prefix, pax header and GNU long name")
    func longNames() throws {
        let long = String(repeating: "directory/", count: 30) + "naïve.txt"
        var archive = TarArchive()
        archive.add("file", prefix: "top/deep")
        archive.addPax(TarArchive.record("path", long) + TarArchive.record("mtime", "1.5"))
        archive.add("short", text: "pax")
        archive.addPax(TarArchive.record("linkpath", long))
        archive.add("link", type: "2", target: "short")
        archive.add("././@LongLink", type: "L", content: Array(long.utf8) + [0])
        archive.add("short", text: "gnu")
        archive.add("././@LongLink", type: "K", content: Array(long.utf8) + [0])
        archive.add("link", type: "2", target: "short")
        archive.add("after", text: "x")
        let entries = try Self.read(archive.ended(), in: 100)
        #expect(entries.map(\.name) == ["top/deep/file", long, "link", long, "link", "after"])
        #expect(entries[2].kind == .symbolicLink(target: long))
        #expect(entries[4].kind == .symbolicLink(target: long))
    }

    @Test("the size in a pax header takes precedence")
    func paxSize() throws {
        var archive = TarArchive()
        archive.addPax(TarArchive.record("size", "3"))
        archive.add("file", content: [1, 2, 3], size: "0")
        #expect(try Self.read(archive.ended(), in: 64).map(\.content) == [[1, 2, 3]])
    }

    @Test("an archive that ends too early is not finished", arguments: [0, 100, 512, 700, 1024, 1535])
    func truncated(length: Int) throws {
        var archive = TarArchive()
        archive.add("top/file", text: "some text")
        var reader = TarReader()
        _ = try reader.consume(Array(archive.ended().prefix(length)))
        #expect(!reader.isFinished)
        _ = try reader.consume(Array(archive.ended().dropFirst(length)))
        #expect(reader.isFinished == true)
    }

    @Test(
        "an entry that is not a file, directory or symbolic link is rejected",
        arguments: ["1", "3", "4", "6", "S"] as [Character])
    func devices(type: Character) {
        var archive = TarArchive()
        archive.add("top/odd", type: type, target: "/etc/passwd")
        let problem = #expect(throws: TarReader.Problem.self) { try Self.read(archive.ended(), in: 512) }
        #expect(problem == .unsupported(name: "top/odd", kind: type))
    }

    @Test("a flipped bit in a header is detected")
    func checksum() {
        var archive = TarArchive()
        archive.add("top/file", text: "text")
        var bytes = archive.ended()
        bytes[3] ^= 1
        #expect(throws: TarReader.Problem.damaged("a header's checksum is wrong")) { try Self.read(bytes, in: 512) }
    }

    @Test(
        "malformed pax headers are reported as damage",
        arguments: [
            "nonsense", "5 a=", "6 abc=", "8 a=bc\n", "0 a=b\n", "-5 a=b\n", "99 a=b\n", "6 ab\n\n", "4 =\n5", " a=b\n",
            "9999999999999999999999 a=b\n", TarArchive.record("size", "-1"), TarArchive.record("size", "many"),
            TarArchive.record("size", "99999999999999999999"), "12 path=abc=",
        ])
    func malformedPax(records: String) {
        var archive = TarArchive()
        archive.addPax(records)
        archive.add("file", text: "text")
        #expect(throws: TarReader.Problem.self) { try Self.read(archive.ended(), in: 512) }
    }

    @Test("a malformed number is reported as damage", arguments: ["9", "-1", "abc", "\u{80}1"])
    func malformedNumber(size: String) {
        var archive = TarArchive()
        archive.add("file", size: size)
        #expect(throws: TarReader.Problem.self) { try Self.read(archive.ended(), in: 512) }
    }

    private struct Entry {
        let name: String
        let kind: TarReader.Kind
        var content: [UInt8] = []
    }

    private static func read(_ bytes: [UInt8], in size: Int) throws -> [Entry] {
        var reader = TarReader()
        var entries: [Entry] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            for event in try reader.consume(Array(bytes[start..<min(start + size, bytes.count)])) {
                switch event {
                case .entry(let name, let kind): entries.append(Entry(name: name, kind: kind))
                case .content(let content): entries[entries.count - 1].content += content
                case .end: break
                }
            }
        }
        #expect(reader.isFinished == true)
        return entries
    }
}
