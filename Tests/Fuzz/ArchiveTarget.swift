import Foundation
import ObserverEngine

extension FuzzTarget {
    /// The result of reading an archive does not depend on the chunk size, and no entry escapes the folder it is unpacked in.
    /// Header checksums are corrected first, because random ones are almost never valid.
    static let archive = FuzzTarget(name: "archive") { input in
        let archive = withChecksums(input)
        let whole = read(archive, in: archive.count)
        let chunked = read(archive, in: 100)
        precondition(whole.isDamaged == chunked.isDamaged, "the result depends on the chunk size")
        precondition(whole.isDamaged || whole.events == chunked.events, "the result depends on the chunk size")
        unpack(chunked.events)
    }

    private static let blockSize = 512

    private static func withChecksums(_ input: [UInt8]) -> [UInt8] {
        var archive = input
        for start in stride(from: 0, to: archive.count - blockSize + 1, by: blockSize)
        where archive[(start + 257)..<(start + 262)].elementsEqual("ustar".utf8) {
            archive.replaceSubrange((start + 148)..<(start + 156), with: "        ".utf8)
            let sum = archive[start..<(start + blockSize)].reduce(0) { $0 + Int($1) }
            let digits = String(0o1000000 + sum, radix: 8).suffix(6)
            archive.replaceSubrange((start + 148)..<(start + 154), with: digits.utf8)
            archive[start + 154] = 0
        }
        return archive
    }

    /// The events until the end of the archive or the first damage, with the content chunks of each file joined.
    private static func read(_ archive: [UInt8], in size: Int) -> (events: [TarReader.Event], isDamaged: Bool) {
        var reader = TarReader()
        var events: [TarReader.Event] = []
        var rest = archive[...]
        while !rest.isEmpty {
            guard let found = try? reader.consume(Array(rest.prefix(size))) else { return (events, true) }
            for event in found {
                if case .content(let more) = event, case .content(let content)? = events.last {
                    events[events.count - 1] = .content(content + more)
                } else {
                    events.append(event)
                }
            }
            rest = rest.dropFirst(size)
        }
        return (events, false)
    }

    private static let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/archive"

    private static func unpack(_ events: [TarReader.Event]) {
        let root = folder + "/root"
        try? FileManager.default.removeItem(atPath: folder)
        guard (try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)) != nil else {
            fatalError("can't create the folder \(root)")
        }
        var limits = TreeWriter.Limits()
        limits.bytes = 1024 * 1024
        limits.entries = 64
        var writer = TreeWriter(root: root, limits: limits)
        do {
            for event in events { try writer.write(event) }
            _ = try writer.finish()
        } catch { precondition(!"\(error)".isEmpty) }

        let entries = try? FileManager.default.contentsOfDirectory(atPath: folder)
        precondition(entries == ["root"], "an entry was written outside the root")
        for name in FileManager.default.subpaths(atPath: root) ?? [] {
            let place = URL(filePath: "\(root)/\(name)").resolvingSymlinksInPath().path
            precondition(place.hasPrefix(root), "\(name) resolves to \(place)")
        }
    }
}
