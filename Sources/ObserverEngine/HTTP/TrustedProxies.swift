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
        var chain = headers.flatMap { $0.split(separator: ",") }
        var client = peer
        while ranges.contains(where: { $0.contains(client) }), let before = chain.popLast() {
            guard let address = Self.address(in: before) else { return nil }
            client = address
        }
        return client
    }

    /// Some proxies add a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(in text: Substring) -> IPAddress? {
        let text = text.drop(while: \.isWhitespace)
        if text.hasPrefix("[") { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
        let bare = text.prefix { !$0.isWhitespace }
        return IPAddress(bare) ?? IPAddress(bare.prefix { $0 != ":" })
    }
}
