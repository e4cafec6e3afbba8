import AsyncAlgorithms
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Writes the event stream to one client: a snapshot or the events that it missed, then every change.
struct ControlEventStream: Sendable {
    /// Shows each side that the other is still connected.
    private static let heartbeat = Duration.seconds(15)

    let feed: ControlFeed
    let service: ControlService

    func response(after last: ControlEventID?) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await write(to: &writer, after: last)
                try await writer.finish(nil)
            })
    }

    private func write(to writer: inout any ResponseBodyWriter, after last: ControlEventID?) async throws {
        let subscription = feed.subscribe(after: last)
        if let missed = subscription.missed {
            for numbered in missed { try await writer.write(try Self.frame(numbered)) }
        } else {
            let snapshot = ControlEvent.snapshot(try await service.snapshot())
            try await writer.write(try Self.frame(.init(id: subscription.last, event: snapshot)))
        }
        for await piece in Self.pieces(of: subscription.events) {
            switch piece {
            case .event(let numbered): try await writer.write(try Self.frame(numbered))
            case .heartbeat: try await writer.write(ByteBuffer(string: ": still here\n\n"))
            case .end: return
            }
        }
    }

    private enum Piece: Sendable {
        case event(ControlFeed.Numbered)
        case heartbeat
        case end
    }

    /// The events with heartbeats between them.
    private static func pieces(of events: AsyncStream<ControlFeed.Numbered>) -> some AsyncSequence<Piece, Never> {
        let heartbeats = AsyncTimerSequence(interval: heartbeat, clock: .continuous).map { _ in Piece.heartbeat }
        return merge(chain(events.map { Piece.event($0) }, [Piece.end].async), heartbeats)
    }

    private static func frame(_ numbered: ControlFeed.Numbered) throws -> ByteBuffer {
        var buffer = ByteBuffer(string: "id: \(numbered.id)\ndata: ")
        buffer.writeBytes(try JSONFormat.encoder.encode(numbered.event))
        buffer.writeString("\n\n")
        return buffer
    }
}
