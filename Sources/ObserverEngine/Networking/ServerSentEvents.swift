package import AsyncHTTPClient
import NIOCore

/// A stream of server-sent events, read as it comes; it ends, or throws, with the connection.
package struct ServerSentEvents: AsyncSequence, Sendable {
    package typealias Element = ServerSentEvent

    private let body: HTTPClientResponse.Body

    package init(body: HTTPClientResponse.Body) {
        self.body = body
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(chunks: body.makeAsyncIterator())
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var chunks: HTTPClientResponse.Body.AsyncIterator
        private var parser = ServerSentEventParser()
        private var events: ArraySlice<ServerSentEvent> = []

        init(chunks: HTTPClientResponse.Body.AsyncIterator) {
            self.chunks = chunks
        }

        package mutating func next() async throws -> ServerSentEvent? {
            while events.isEmpty {
                guard let chunk = try await chunks.next() else { return nil }
                events = try parser.consume(chunk.readableBytesView)[...]
            }
            return events.removeFirst()
        }
    }
}
