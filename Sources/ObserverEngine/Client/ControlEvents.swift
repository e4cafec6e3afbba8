package import AsyncHTTPClient
import Foundation

/// The event stream of the control API as a client reads it.
package struct ControlEvents: AsyncSequence, Sendable {
    /// With its number, to go on from.
    package struct Element: Sendable {
        package let number: String?
        package let event: ControlEvent
    }

    private let events: ServerSentEvents

    package init(body: HTTPClientResponse.Body) {
        events = ServerSentEvents(body: body)
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(events: events.makeAsyncIterator())
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var events: ServerSentEvents.Iterator
        private let decoder = JSONFormat.decoder

        init(events: ServerSentEvents.Iterator) {
            self.events = events
        }

        package mutating func next() async throws -> Element? {
            guard let next = try await events.next() else { return nil }
            return Element(number: next.id, event: try decoder.decode(ControlEvent.self, from: Data(next.data.utf8)))
        }
    }
}
