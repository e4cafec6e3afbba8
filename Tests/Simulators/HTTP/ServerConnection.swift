import Glibc
import NIOCore
import NIOHTTP1

import struct Foundation.Date

/// One connection of a simulated server. Serves requests one after another and applies faults.
struct ServerConnection: Sendable {
    var server: SimulatedServer
    var connection: SimulatedServer.Connection
    var handler: SimulatedServer.Handler

    func run() async {
        // Errors here are caused by the client or by an injected fault.
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

    /// Returns whether the connection stays open.
    private func answer(
        _ request: SimulatedRequest,
        _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws -> Bool {
        let id = server.log.change { log in
            log.append(RecordedRequest(id: log.count, receivedAt: Date(), request: request))
            return log.count - 1
        }
        switch try await outcome(of: request) {
        case .hang:
            await disconnected()
        case .reset:
            try await reset()
        case .respondHalf(let response):
            record(response, of: id)
            try await out.write(ResponseWriter(response: response, request: request).firstHalf())
            try await reset()
        case .respond(let response):
            record(response, of: id)
            return try await ResponseWriter(response: response, request: request).write(
                to: out, channel: connection.channel)
        }
        return false
    }

    private enum Outcome {
        case respond(SimulatedResponse)
        case respondHalf(SimulatedResponse)
        case reset
        case hang
    }

    /// Performs the request, subject to the fault that matches it, if any.
    private func outcome(of request: SimulatedRequest) async throws -> Outcome {
        switch server.faults.effect(for: request) {
        case nil:
            return .respond(await handler(request))
        case .status(let status, let headers, let body):
            return .respond(SimulatedResponse(status: status, headers: headers, body: .bytes(Array(body.utf8))))
        case .delay(let duration):
            try await Task.sleep(for: duration)
            return .respond(await handler(request))
        case .hold(let gate):
            let response = await handler(request)
            await gate.pass()
            return .respond(response)
        case .redirect(let status, let base):
            return .respond(SimulatedResponse(status: status, headers: ["Location": base + request.target]))
        case .hang:
            return .hang
        case .reset:
            return .reset
        case .resetMidway:
            return .respondHalf(await handler(request))
        case .loseAnswer:
            _ = await handler(request)
            return .reset
        case .deny(let status):
            _ = await handler(request)
            return .respond(SimulatedResponse(status: status))
        case .body(let body, let type):
            let actual = await handler(request)
            let headers = actual.headers.merging(["Content-Type": type])
            return .respond(SimulatedResponse(status: actual.status, headers: headers, body: .bytes(Array(body.utf8))))
        case .truncate:
            var actual = await handler(request)
            if let bytes = actual.knownBytes { actual.body = .bytes(Array(bytes.prefix(bytes.count / 2))) }
            return .respond(actual)
        }
    }

    private func record(_ response: SimulatedResponse, of id: RecordedRequest.ID) {
        server.log.change { log in
            log[id].status = response.status
            log[id].responseBody = response.bytes ?? []
        }
    }

    /// Suspends until the client closes the connection or the server stops.
    private func disconnected() async {
        let (closed, continuation) = AsyncStream.makeStream(of: Never.self)
        connection.channel.closeFuture.whenComplete { _ in continuation.finish() }
        for await _ in closed {}
    }

    /// Closes the connection with a TCP reset.
    private func reset() async throws {
        if let socket = connection.channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await connection.channel.close().get()
    }
}
