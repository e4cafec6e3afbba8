import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Sends the requests of all clients, directly or through a proxy, and verifies certificates.
package final class HTTPTransport: Sendable {
    private let proxies: ProxyRules
    private let direct: HTTPClient
    /// For https, and for SOCKS proxies: the proxy passes bytes on.
    private let tunnels: [Proxy: HTTPClient]
    /// For http: the proxy reads the requests.
    private let forwarders: [Proxy: HTTPClient]

    package init(_ settings: NetworkSettings = NetworkSettings()) {
        let configuration = HTTPClient.Configuration.observer(trusting: settings.authorities)
        proxies = settings.proxies
        direct = HTTPClient(configuration: configuration)
        tunnels = settings.proxies.all.reduce(into: [:]) { tunnels, proxy in
            var tunnelled = configuration
            tunnelled.proxy = proxy.configuration
            tunnels[proxy] = HTTPClient(configuration: tunnelled)
        }
        forwarders = settings.proxies.all.filter { $0.kind == .http }.reduce(into: [:]) { forwarders, proxy in
            var forwarded = configuration
            forwarded.http1_1ConnectionDebugInitializer = { channel in
                channel.eventLoop.submit {
                    let pipeline = channel.pipeline.syncOperations
                    let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
                    try pipeline.addHandler(AbsoluteTarget(), position: .after(encoder))
                }
            }
            forwarders[proxy] = HTTPClient(configuration: forwarded)
        }
    }

    /// A client that is dropped while it is open stops the process.
    deinit {
        for client in [direct] + tunnels.values + forwarders.values { client.shutdown { _ in } }
    }

    /// Runs the body with a transport whose connections end with the body.
    package static func with<Value>(
        _ settings: NetworkSettings, _ body: (HTTPTransport) async throws -> Value
    ) async throws -> Value {
        let transport = HTTPTransport(settings)
        do {
            let value = try await body(transport)
            try await transport.shutdown()
            return value
        } catch {
            try await transport.shutdown()
            throw error
        }
    }

    package func shutdown() async throws {
        for client in [direct] + tunnels.values + forwarders.values { try await client.shutdown() }
    }

    /// Returns the response as soon as its head is received.
    /// - Throws: `ThroughProxy` if a proxy was used.
    func execute(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> HTTPClientResponse {
        guard let proxy = proxies.proxy(for: request.url) else {
            return try await direct.execute(request, timeout: timeout)
        }
        do {
            if let client = forwarders[proxy], let forwarded = proxy.forwarded(request) {
                let response = try await client.execute(forwarded, timeout: timeout)
                guard response.status != .proxyAuthenticationRequired else {
                    throw HTTPClientError.proxyAuthenticationRequired
                }
                return response
            }
            return try await (tunnels[proxy] ?? direct).execute(request, timeout: timeout)
        } catch let error where !(error is CancellationError) {
            throw ThroughProxy(proxy: proxy, underlying: error)
        }
    }
}

/// A failed request that was sent through a proxy.
struct ThroughProxy: Error {
    let proxy: Proxy
    let underlying: any Error
}

extension Proxy {
    fileprivate var configuration: HTTPClient.Configuration.Proxy {
        switch kind {
        case .socks: .socksServer(host: host, port: port)
        case .http:
            .server(host: host, port: port, authorization: credentials.map { .basic(credentials: $0.value.base64) })
        }
    }

    /// The request to the proxy itself; nil for https, which needs a tunnel.
    fileprivate func forwarded(_ request: HTTPClientRequest) -> HTTPClientRequest? {
        guard let (authority, target) = request.url.plainHTTPParts else { return nil }
        var forwarded = request
        forwarded.url = ServiceURL(host: host, port: port).description + target
        forwarded.headers.replaceOrAdd(name: "Host", value: authority)
        if let credentials {
            forwarded.headers.replaceOrAdd(
                name: "Proxy-Authorization", value: "Basic \(credentials.value.base64)")
        }
        return forwarded
    }
}

/// Writes the whole URL into each request, as a proxy expects it (RFC 9112, 3.2.2). The HTTP client itself can only ask
/// proxies for a tunnel, which most of them refuse for plain HTTP.
private final class AbsoluteTarget: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var part = unwrapOutboundIn(data)
        if case .head(var head) = part, let authority = head.headers.first(name: "Host") {
            head.uri = "http://\(authority)\(head.uri)"
            part = .head(head)
        }
        context.write(wrapOutboundOut(part), promise: promise)
    }
}

extension HTTPClient.Configuration {
    /// How long a connection may be silent while a response is expected.
    static let readTimeout = Duration.seconds(60)

    /// Shared by the clients of all services.
    static func observer(trusting authorities: TrustedAuthorities = .system) -> Self {
        var configuration = Self()
        configuration.tlsConfiguration = authorities.configuration
        // `JSONClient` follows redirects itself, so that credentials never travel to another origin.
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(Int64(readTimeout.seconds)))
        configuration.decompression = .disabled
        // Shorter than that of common servers, which close an idle connection after 5 s and more: a request on a connection
        // that the server is closing is lost.
        configuration.connectionPool.idleTimeout = .seconds(4)
        // Report a refused connection or an unknown host at once; callers retry themselves.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
