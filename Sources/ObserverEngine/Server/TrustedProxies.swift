import HTTPTypes
package import Hummingbird

/// Determines the client of a request from `X-Forwarded-For`, trusting only the configured proxies.
package struct TrustedProxies: RouterMiddleware {
    package typealias Context = ObserverRequestContext

    private let ranges: [AddressRange]

    package init(_ ranges: [AddressRange]) {
        self.ranges = ranges
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let chain = request.headers.filter { $0.name.canonicalName == "x-forwarded-for" }.map(\.value)
        context.client = context.client.flatMap { client(behind: $0, forwardedFor: chain) }
        return try await next(request, context)
    }

    /// Each proxy appends the address of its client, so the client is the last address that is not a trusted proxy; the
    /// entries before it may be forged. nil if the entry of a trusted proxy is not an address.
    /// Source: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
    func client(behind peer: IPAddress, forwardedFor headers: [String]) -> IPAddress? {
        // Split bytes, not characters: a client can append a combining character to a comma.
        var chain = headers.flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }
        var client = peer
        while ranges.contains(where: { $0.contains(client) }), let before = chain.popLast() {
            guard let address = Self.address(in: before) else { return nil }
            client = address
        }
        return client
    }

    /// Parses an address with an optional port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(in entry: Substring.UTF8View) -> IPAddress? {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var text = entry.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")), isPort(text[end...].dropFirst()) else { return nil }
            return IPAddress(Substring(text[..<end].dropFirst()))
        }
        if let address = IPAddress(Substring(text)) { return address }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), isPort(text[colon...]) else { return nil }
        return IPAddress(Substring(text[..<colon]))
    }

    /// Whether the text is empty or a colon and a port.
    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        guard let colon = text.first else { return true }
        return colon == UInt8(ascii: ":") && UInt16(Substring(text.dropFirst())) != nil
    }
}
