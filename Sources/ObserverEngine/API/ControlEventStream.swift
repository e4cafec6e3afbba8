import AsyncAlgorithms
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Writes the event stream to one client: a snapshot, or the events that it missed and the state of the engine, then every
/// change; and another snapshot wherever changes were dropped.
struct ControlEventStream: Sendable {
    /// Shows each side that the other is still connected.
    private static let heartbeat = Duration.seconds(5)

    let feed: ControlFeed
    let service: ControlService
    let apps: AppsService

    func response(after last: ControlEventID?) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await apps.withViewer { try await write(to: &writer, after: last) }
                try await writer.finish(nil)
            })
    }

    private func write(to writer: inout any ResponseBodyWriter, after last: ControlEventID?) async throws {
        let subscription = feed.subscribe(after: last)
        if let missed = subscription.missed {
            for numbered in missed { try await writer.write(try await frame(numbered)) }
            // Shows the client that it is connected, even if nothing has changed.
            try await writer.write(try Self.frame(.engine(service.engine)))
        } else {
            try await writer.write(try await frame(.init(id: subscription.last, event: nil)))
        }
        for await piece in Self.pieces(of: subscription.events) {
            switch piece {
            case .event(let numbered): try await writer.write(try await frame(numbered))
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

    private func frame(_ numbered: ControlFeed.Numbered) async throws -> ByteBuffer {
        let event = if let event = numbered.event { event } else { ControlEvent.snapshot(try await snapshot()) }
        var buffer = ByteBuffer(string: "id: \(numbered.id)\n")
        buffer.writeImmutableBuffer(try Self.frame(event))
        return buffer
    }

    private func snapshot() async throws -> ControlSnapshot {
        var snapshot = try await service.snapshot()
        snapshot.apps = apps.known
        return snapshot
    }

    /// An event without a number does not change where a client continues.
    private static func frame(_ event: ControlEvent) throws -> ByteBuffer {
        var buffer = ByteBuffer(string: "data: ")
        buffer.writeBytes(try JSONFormat.encoder.encode(event))
        buffer.writeString("\n\n")
        return buffer
    }
}
