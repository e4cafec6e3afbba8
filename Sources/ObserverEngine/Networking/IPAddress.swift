import Glibc

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) equals the IPv4 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    fileprivate let bytes: [UInt8]

    package init?(_ text: some StringProtocol) {
        guard
            let bytes = Self.bytes(of: String(text), family: AF_INET, count: 4)
                ?? Self.bytes(of: String(text), family: AF_INET6, count: 16)
        else { return nil }
        self.bytes = bytes.starts(with: Self.mappedPrefix) && bytes.count == 16 ? Array(bytes.suffix(4)) : bytes
    }

    /// Source: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

    package var description: String {
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(family, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Loopback, or unspecified, which connects to this machine too.
    package var isThisMachine: Bool {
        bytes.allSatisfy { $0 == 0 } || (bytes.count == 4 ? bytes[0] == 127 : bytes == Self.loopback6)
    }

    /// Whether the address is valid only in its own network, so that the internet can't reach it.
    package var isPrivate: Bool { Self.privateRanges.contains { $0.contains(self) } }

    private static let loopback6: [UInt8] = [UInt8](repeating: 0, count: 15) + [1]

    /// Sources: https://www.rfc-editor.org/rfc/rfc1918, rfc3927, rfc6598, rfc4193, rfc4291
    private static let privateRanges = [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10",
    ].compactMap { AddressRange($0) }

    private static func bytes(of text: String, family: CInt, count: Int) -> [UInt8]? {
        // C strings end at a zero byte.
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}

/// Addresses with a common prefix, such as `192.0.2.0/24`, or a single one, such as `192.0.2.1`.
/// Source: https://www.rfc-editor.org/rfc/rfc4632#section-3.1
package struct AddressRange: Equatable, Sendable, CustomStringConvertible {
    private let first: IPAddress
    private let bits: Int

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let all = first.bytes.count * 8
        if parts.count == 2 {
            guard let bits = Int(parts[1]), (0...all).contains(bits) else { return nil }
            self.bits = bits
        } else {
            bits = all
        }
        self.first = first
    }

    package var description: String { bits == first.bytes.count * 8 ? "\(first)" : "\(first)/\(bits)" }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == first.bytes.count else { return false }
        let (whole, rest) = bits.quotientAndRemainder(dividingBy: 8)
        guard address.bytes.prefix(whole) == first.bytes.prefix(whole) else { return false }
        guard rest > 0 else { return true }
        return (address.bytes[whole] ^ first.bytes[whole]) >> (8 - UInt8(rest)) == 0
    }
}
