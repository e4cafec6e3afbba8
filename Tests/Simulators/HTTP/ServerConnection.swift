import NIOCore
import NIOHTTP1

import struct Foundation.Date

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One connection of a simulated server: requests one after another, each with its fault, if it has one.
struct ServerConnection: Sendable {
    var server: SimulatedServer
    var connection: SimulatedServer.Connection
    var handler: SimulatedServer.Handler

    func run() async {
        // What goes wrong on a connection is the client's doing or a fault that was asked for.
        try? await connection.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            while let request = try await nextRequest(&parts) {
                guard try await answer(request, outbound) else { return }
            }
        }
    }

    private func nextRequest(
        _ parts: inout NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator
    ) async throws -> SimulatedRequest? {
        guard case .head(let head) = try await parts.next() else { return nil }
        var body: [UInt8] = []
        while let part = try await parts.next() {
            switch part {
            case .head: return nil
            case .body(let buffer): body += buffer.readableBytesView
            case .end:
                return SimulatedRequest(
                    method: RequestMethod(rawValue: head.method.rawValue) ?? .options,
                    target: head.uri,
                    headers: HeaderFields(head.headers.map { ($0.name, $0.value) }),
                    body: body
                )
            }
        }
        return nil
    }

    /// Tells whether the connection stays open.
    private func answer(
        _ request: SimulatedRequest,
        _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws -> Bool {
        let id = server.log.change { log in
            log.append(RecordedRequest(id: log.count, receivedAt: Date(), request: request))
            return log.count - 1
        }
        switch try await outcome(of: request) {
        case .silence:
            await disconnected()
        case .reset:
            try await reset()
        case .half(let response):
            record(response, of: id)
            try await out.write(ResponseWriter(response: response, request: request).firstHalf())
            try await reset()
        case .answer(let response):
            record(response, of: id)
            return try await ResponseWriter(response: response, request: request).write(
                to: out, channel: connection.channel)
        }
        return false
    }

    private enum Outcome {
        case answer(SimulatedResponse)
        case half(SimulatedResponse)
        case reset
        case silence
    }

    /// What comes of a request, given the fault that it meets, if any.
    private func outcome(of request: SimulatedRequest) async throws -> Outcome {
        switch server.faults.effect(for: request) {
        case nil:
            return .answer(await handler(request))
        case .status(let status, let headers, let body):
            return .answer(SimulatedResponse(status: status, headers: headers, body: .bytes(Array(body.utf8))))
        case .delay(let duration):
            try await Task.sleep(for: duration)
            return .answer(await handler(request))
        case .redirect(let status, let base):
            return .answer(SimulatedResponse(status: status, headers: ["Location": base + request.target]))
        case .hang:
            return .silence
        case .reset:
            return .reset
        case .resetMidway:
            return .half(await handler(request))
        case .loseAnswer:
            _ = await handler(request)
            return .reset
        case .deny(let status):
            _ = await handler(request)
            return .answer(SimulatedResponse(status: status))
        case .body(let body, let type):
            let earned = await handler(request)
            let headers = earned.headers.merging(["Content-Type": type])
            return .answer(SimulatedResponse(status: earned.status, headers: headers, body: .bytes(Array(body.utf8))))
        case .truncate:
            var earned = await handler(request)
            if let bytes = earned.knownBytes { earned.body = .bytes(Array(bytes.prefix(bytes.count / 2))) }
            return .answer(earned)
        }
    }

    private func record(_ response: SimulatedResponse, of id: RecordedRequest.ID) {
        server.log.change { log in
            log[id].status = response.status
            log[id].answer = response.bytes ?? []
        }
    }

    /// Suspends until the client has closed the connection, or the server is stopped.
    private func disconnected() async {
        let (closed, continuation) = AsyncStream.makeStream(of: Never.self)
        connection.channel.closeFuture.whenComplete { _ in continuation.finish() }
        for await _ in closed {}
    }

    /// Closes with a TCP reset instead of an orderly end.
    private func reset() async throws {
        if let socket = connection.channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await connection.channel.close().get()
    }
}
