/// Addresses that begin with the same bits, as `192.0.2.0/24` or, for a single one, `192.0.2.1`.
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
