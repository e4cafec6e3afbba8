import HTTPTypes
package import Hummingbird

/// Tells from whom a request comes where it comes through proxies: by their word where they are ours, by nobody else's.
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

    /// Each proxy appends whom it serves: the last one that is none of ours is the client. What is before it anybody may
    /// have written. nil where one of our proxies does not say it.
    /// Source: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
    func client(behind peer: IPAddress, forwardedFor headers: [String]) -> IPAddress? {
        // By bytes: a comma may be part of a longer character, whose other part the client chose.
        var chain = headers.flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }
        var client = peer
        while ranges.contains(where: { $0.contains(client) }), let before = chain.popLast() {
            guard let address = Self.address(in: before) else { return nil }
            client = address
        }
        return client
    }

    /// Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. nil where the entry is anything else.
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

    /// Whether it is a colon and a number, or nothing.
    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        guard let colon = text.first else { return true }
        return colon == UInt8(ascii: ":") && UInt16(Substring(text.dropFirst())) != nil
    }
}
