import NIOCore
import NIOPosix

/// An HTTP proxy on 127.0.0.1. Whatever the host in a request is, it connects to a port of this machine.
package final class ProxySimulator: Sendable {
    package struct Request: Equatable, Sendable {
        /// `CONNECT` for a tunnel.
        package let method: String
        /// `host:port` for a tunnel, else the whole URL.
        package let target: String
        /// The value of Proxy-Authorization.
        package let authorization: String?

        package init(method: String, target: String, authorization: String?) {
            self.method = method
            self.target = target
            self.authorization = authorization
        }
    }

    package let requests = Awaitable<[Request]>([])
    package let port: Int
    private let channel: any Channel

    package var url: String { "http://127.0.0.1:\(port)" }

    fileprivate struct Options: Sendable {
        let ports: [Int: Int]
        /// The expected value of Proxy-Authorization.
        let authorization: String?
    }

    fileprivate init(_ options: Options) async throws {
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { [requests] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ClientSide(options: options, requests: requests))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        self.port = port
    }

    fileprivate func close() async throws { try await channel.close() }
}

/// Runs a proxy while the body runs.
/// - Parameters:
///   - ports: The local ports by the ports that clients name; other ports stay as they are.
///   - authorization: The value of Proxy-Authorization that the proxy requires; nil accepts any client.
package func withProxy<Value: Sendable>(
    ports: [Int: Int] = [:], requiring authorization: String? = nil, _ body: (ProxySimulator) async throws -> Value
) async throws -> Value {
    let proxy = try await ProxySimulator(.init(ports: ports, authorization: authorization))
    do {
        let value = try await body(proxy)
        try await proxy.close()
        return value
    } catch {
        try await proxy.close()
        throw error
    }
}

/// Reads the head of one request, connects to its destination, and then passes bytes on.
private final class ClientSide: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let options: ProxySimulator.Options
    private let requests: Awaitable<[ProxySimulator.Request]>
    private var received: [UInt8] = []
    private var isConnecting = false
    private var server: (any Channel)?

    init(options: ProxySimulator.Options, requests: Awaitable<[ProxySimulator.Request]>) {
        self.options = options
        self.requests = requests
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if let server { return server.writeAndFlush(buffer, promise: nil) }
        received += buffer.readableBytesView
        guard !isConnecting, let head = Head(received) else { return }
        isConnecting = true
        begin(head, on: context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        server?.close(promise: nil)
    }

    private func begin(_ head: Head, on client: any Channel) {
        requests.change { $0.append(head.request) }
        guard options.authorization == nil || head.request.authorization == options.authorization else {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            return client.writeAndFlush(ByteBuffer(string: refusal), promise: nil)
        }
        let isTunnel = head.request.method == "CONNECT"
        ClientBootstrap(group: client.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ServerSide(client: client, isTunnel: isTunnel))
                }
            }
            .connect(host: "127.0.0.1", port: options.ports[head.port] ?? head.port)
            .assumeIsolated()
            .whenComplete { result in
                guard case .success(let server) = result else {
                    let failure = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    return client.writeAndFlush(ByteBuffer(string: failure), promise: nil)
                }
                self.server = server
                if isTunnel {
                    client.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connected\r\n\r\n"), promise: nil)
                } else {
                    server.write(ByteBuffer(string: head.forwarded), promise: nil)
                }
                server.writeAndFlush(ByteBuffer(bytes: self.received.dropFirst(head.length)), promise: nil)
            }
    }
}

/// Passes a server's bytes on. A client must not reuse the connection for another server.
private final class ServerSide: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: any Channel
    private var announcesClose: Bool

    init(client: any Channel, isTunnel: Bool) {
        self.client = client
        announcesClose = !isTunnel
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        var bytes = Array(buffer.readableBytesView)
        if announcesClose, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            bytes.insert(contentsOf: "Connection: close\r\n".utf8, at: end + 1)
            announcesClose = false
        }
        client.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        client.close(promise: nil)
    }
}

/// The head of a request to a proxy.
private struct Head {
    let request: ProxySimulator.Request
    /// Of the destination.
    let port: Int
    /// As the destination gets it.
    let forwarded: String
    /// In bytes.
    let length: Int

    /// nil if it is incomplete, or not a request to a proxy.
    init?(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        length = text[..<end.upperBound].utf8.count
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        let prefix = "proxy-authorization: "
        let authorization = lines.first { $0.lowercased().hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        request = .init(method: words[0], target: words[1], authorization: authorization)
        let isTunnel = words[0] == "CONNECT"
        let authority = isTunnel ? words[1][...] : words[1].dropFirst("http://".count).prefix { $0 != "/" }
        port = authority.split(separator: ":").dropFirst().last.flatMap { Int($0) } ?? 80
        let target = words[1].dropFirst("http://".count).drop { $0 != "/" }
        let kept = lines.dropFirst().filter { !$0.lowercased().hasPrefix("proxy-") }
        forwarded = (["\(words[0]) \(target) \(words[2])"] + kept + ["", ""]).joined(separator: "\r\n")
    }
}
