/// Builds tar archives for tests, including invalid ones.
struct TarArchive {
    private(set) var bytes: [UInt8] = []

    mutating func add(
        _ name: String, type: Character = "0", content: [UInt8] = [], target: String = "", mode: String = "0000644",
        prefix: String = "", size: String? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        put(name, at: 0)
        put(mode, at: 100)
        put(size ?? String(content.count, radix: 8), at: 124)
        put(String(type), at: 156)
        put(target, at: 157)
        put("ustar\u{0}00", at: 257)
        put(prefix, at: 345)
        put("        ", at: 148)
        put(String(header.reduce(0) { $0 + Int($1) }, radix: 8), at: 148)
        header[154] = 0
        bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    mutating func add(_ name: String, text: String) { add(name, content: Array(text.utf8)) }

    /// A pax header for the next entry.
    mutating func addPax(_ records: String, type: Character = "x") {
        add("pax_header", type: type, content: Array(records.utf8))
    }

    mutating func end() { bytes += [UInt8](repeating: 0, count: 1024) }

    func ended() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    /// A pax record with its own length in front.
    static func record(_ key: String, _ value: String) -> String {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count + 1
        while String(length).utf8.count + rest.utf8.count != length { length += 1 }
        return "\(length)\(rest)"
    }
}
