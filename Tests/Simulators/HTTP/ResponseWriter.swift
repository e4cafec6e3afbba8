import NIOCore

/// Writes a response to a connection, byte for byte as the real server would.
struct ResponseWriter {
    var response: SimulatedResponse
    var request: SimulatedRequest

    /// Returns whether the connection stays open.
    func write(to out: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel) async throws -> Bool {
        switch response.body {
        case .bytes(let bytes):
            try await out.write(head(fields: ["Content-Length": "\(bytes.count)"], body: bytes))
            return request.headers["Connection"]?.lowercased() != "close"
        case .stream(let stream, let framing):
            channel.closeFuture.whenComplete { _ in stream.cancel() }
            defer { stream.cancel() }
            switch framing {
            case .untilClose:
                try await out.write(head(fields: ["Connection": "close"]))
                for await part in stream.parts { try await out.write(ByteBuffer(bytes: part)) }
                return false
            case .chunked:
                try await out.write(head(fields: ["Transfer-Encoding": "chunked"]))
                for await part in stream.parts where !part.isEmpty {
                    var chunk = ByteBuffer(string: "\(String(part.count, radix: 16))\r\n")
                    chunk.writeBytes(part)
                    chunk.writeString("\r\n")
                    try await out.write(chunk)
                }
                try await out.write(ByteBuffer(string: "0\r\n\r\n"))
                return true
            }
        }
    }

    /// The head, which announces the whole body, and half of the body.
    func firstHalf() -> ByteBuffer {
        let bytes = response.knownBytes ?? []
        return head(fields: ["Content-Length": "\(max(bytes.count, 2))"], body: Array(bytes.prefix(bytes.count / 2)))
    }

    private func head(fields: HeaderFields, body: [UInt8] = []) -> ByteBuffer {
        var buffer = ByteBuffer(string: "HTTP/1.1 \(response.status) \(Self.reason(response.status))\r\n")
        let bodiless = response.status == 204 || response.status == 304
        for field in response.headers.merging(bodiless ? [:] : fields).fields {
            buffer.writeString("\(field.name): \(field.value)\r\n")
        }
        buffer.writeString("\r\n")
        if request.method != .head, !bodiless { buffer.writeBytes(body) }
        return buffer
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 302: "Found"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Entity"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        default: "Status \(status)"
        }
    }
}
