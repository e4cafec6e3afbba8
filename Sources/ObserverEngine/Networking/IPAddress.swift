import Glibc

/// An address of IPv4 or IPv6. One of IPv4 that is written as IPv6 (`::ffff:192.0.2.1`) is the one of IPv4.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16, in the order of the network.
    let bytes: [UInt8]

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

    private static func bytes(of text: String, family: CInt, count: Int) -> [UInt8]? {
        // To the system a text ends there.
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}
