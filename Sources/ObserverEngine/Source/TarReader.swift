/// Reads a tar archive in pieces of any size: the formats that git writes (ustar, pax) and GNU's long names.
/// Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"
package struct TarReader: Sendable {
    package enum Problem: Error, Equatable, CustomStringConvertible {
        case damaged(String)
        case unsupported(name: String, kind: Character)

        package var description: String {
            switch self {
            case .damaged(let detail): "the archive is damaged (\(detail))"
            case .unsupported(let name, let kind):
                "it has an entry that is not a file, directory or symbolic link: \(name.printable) (type '\(kind)')"
            }
        }
    }

    package enum Kind: Equatable, Sendable {
        case file(size: Int, isExecutable: Bool)
        case directory
        case symbolicLink(target: String)
    }

    package enum Event: Equatable, Sendable {
        case entry(name: String, kind: Kind)
        /// Content of the last entry, a file.
        case content([UInt8])
        /// The content of the last entry is complete; follows every entry.
        case end
    }

    private enum Phase {
        case header
        case content(left: Int, padding: Int)
        /// A pax header or a GNU long name, collected completely.
        case extra(type: UInt8, left: Int, padding: Int, collected: [UInt8])
        case padding(left: Int)
        case finished
    }

    private static let blockSize = 512
    /// The largest pax header or long name, in bytes.
    private static let extraLimit = 1024 * 1024

    private var phase = Phase.header
    private var block: [UInt8] = []
    private var zeroBlocks = 0
    private var overridingName: String?
    private var overridingTarget: String?
    private var overridingSize: Int?

    package init() {}

    /// Whether the end of the archive was read.
    package var isFinished: Bool { if case .finished = phase { true } else { false } }

    /// The events that these bytes complete.
    package mutating func consume(_ bytes: [UInt8]) throws(Problem) -> [Event] {
        var events: [Event] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            switch phase {
            case .header:
                let taken = rest.prefix(Self.blockSize - block.count)
                block += taken
                rest.removeFirst(taken.count)
                if block.count == Self.blockSize {
                    try readHeader(into: &events)
                    block.removeAll(keepingCapacity: true)
                }
            case .content(let left, let padding):
                let taken = rest.prefix(left)
                events.append(.content(Array(taken)))
                rest.removeFirst(taken.count)
                if taken.count == left {
                    events.append(.end)
                    phase = padding == 0 ? .header : .padding(left: padding)
                } else {
                    phase = .content(left: left - taken.count, padding: padding)
                }
            case .extra(let type, let left, let padding, var collected):
                let taken = rest.prefix(left)
                collected += taken
                rest.removeFirst(taken.count)
                if taken.count == left {
                    try readExtra(type: type, collected)
                    phase = padding == 0 ? .header : .padding(left: padding)
                } else {
                    phase = .extra(type: type, left: left - taken.count, padding: padding, collected: collected)
                }
            case .padding(let left):
                let taken = min(left, rest.count)
                rest.removeFirst(taken)
                phase = taken == left ? .header : .padding(left: left - taken)
            case .finished:
                return events
            }
        }
        return events
    }

    private mutating func readHeader(into events: inout [Event]) throws(Problem) {
        if block.allSatisfy({ $0 == 0 }) {
            zeroBlocks += 1
            if zeroBlocks == 2 { phase = .finished }
            return
        }
        zeroBlocks = 0
        guard isChecksumRight else { throw .damaged("a header's checksum is wrong") }
        let type = block[156]
        let padding = { (size: Int) in (Self.blockSize - size % Self.blockSize) % Self.blockSize }
        let headerSize = try number(124..<136)
        switch type {
        case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
            guard headerSize <= Self.extraLimit else { throw .damaged("a name is longer than 1 MiB") }
            if headerSize > 0 {
                phase = .extra(type: type, left: headerSize, padding: padding(headerSize), collected: [])
            }
            return
        default: break
        }
        let name = overridingName ?? fullName
        let target = overridingTarget ?? text(157..<257)
        let size = overridingSize ?? headerSize
        (overridingName, overridingTarget, overridingSize) = (nil, nil, nil)
        switch type {
        case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
            events.append(.entry(name: name, kind: .file(size: size, isExecutable: try number(100..<108) & 0o100 != 0)))
            if size == 0 { events.append(.end) } else { phase = .content(left: size, padding: padding(size)) }
        case UInt8(ascii: "5"):
            events += [.entry(name: name, kind: .directory), .end]
        case UInt8(ascii: "2"):
            events += [.entry(name: name, kind: .symbolicLink(target: target)), .end]
        default:
            throw .unsupported(name: name, kind: Character(Unicode.Scalar(type)))
        }
    }

    private mutating func readExtra(type: UInt8, _ bytes: [UInt8]) throws(Problem) {
        switch type {
        case UInt8(ascii: "L"): overridingName = Self.text(bytes[...])
        case UInt8(ascii: "K"): overridingTarget = Self.text(bytes[...])
        // A global header is not needed: git puts the commit there.
        case UInt8(ascii: "g"): break
        default: try readPaxRecords(bytes)
        }
    }

    /// Records of the form `LENGTH KEY=VALUE\n`, where LENGTH counts the whole record.
    private mutating func readPaxRecords(_ bytes: [UInt8]) throws(Problem) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let blank = rest.firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<blank], as: UTF8.self)),
                length > blank - rest.startIndex + 1, length <= rest.count,
                case let end = rest.startIndex + length, rest[end - 1] == UInt8(ascii: "\n"),
                let equals = rest[blank..<end].firstIndex(of: UInt8(ascii: "="))
            else { throw .damaged("a pax header is malformed") }
            let value = String(decoding: rest[(equals + 1)..<(end - 1)], as: UTF8.self)
            switch String(decoding: rest[(blank + 1)..<equals], as: UTF8.self) {
            case "path": overridingName = value
            case "linkpath": overridingTarget = value
            case "size":
                guard let size = Int(value), size >= 0 else { throw .damaged("a pax header's size is malformed") }
                overridingSize = size
            default: break
            }
            rest = rest[end...]
        }
    }

    private var fullName: String {
        let prefix = text(257..<262) == "ustar" ? text(345..<500) : ""
        return prefix.isEmpty ? text(0..<100) : "\(prefix)/\(text(0..<100))"
    }

    private func text(_ range: Range<Int>) -> String { Self.text(block[range]) }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private func number(_ range: Range<Int>) throws(Problem) -> Int {
        let digits = text(range).trimmingPrefix { $0 == " " }.prefix { $0 != " " }
        guard let value = digits.isEmpty ? 0 : Int(digits, radix: 8), value >= 0 else {
            throw .damaged("a header has a malformed number")
        }
        return value
    }

    private var isChecksumRight: Bool {
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        return (try? number(148..<156)) == sum
    }
}
