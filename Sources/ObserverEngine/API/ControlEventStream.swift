import AsyncAlgorithms
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Writes the event stream to one client: a snapshot, or the events that it missed and the state of the engine, then every
/// change; and another snapshot where the database was recreated or the client is too slow for all of them.
struct ControlEventStream: Sendable {
    /// Shows each side that the other is still connected.
    private static let heartbeat = Duration.seconds(5)
    /// Changes that follow each other at once are sent together. The more there are, the longer the next ones wait. Encoding
    /// and sending a snapshot costs as much as hundreds of events.
    private static let pauses = (
        least: Duration.milliseconds(50), perEvent: Duration.milliseconds(5), most: Duration.seconds(1),
        afterSnapshot: Duration.seconds(2)
    )

    /// Bytes that are sent together. What a client has not read yet is kept for it, and there may be many clients.
    private static let pieceSize = 32 * 1024

    let feed: ControlFeed
    let service: ControlService
    let apps: AppsService
    let snapshot: SharedSnapshot
    /// Ends the stream once it returns false: a token may be removed.
    let isStillPermitted: @Sendable () async -> Bool

    func response(after last: ControlEventID?) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await apps.withViewer { try await write(to: &writer, after: last) }
                try await writer.finish(nil)
            })
    }

    private func write(to writer: inout any ResponseBodyWriter, after known: ControlEventID?) async throws {
        let subscription = feed.subscribe()
        var position = try await begin(subscription, after: known, writer: &writer)
        for await piece in Self.pieces(of: subscription.signals) {
            switch piece {
            case .heartbeat:
                guard await isStillPermitted() else { return }
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
            case .end: return
            case .changes:
                let frames = try await frames(subscription.next(after: position))
                guard let newest = frames.last else { continue }
                try await write(frames, to: &writer)
                position = newest.id
                await pause(after: frames)
            }
        }
    }

    /// - Returns: The position behind the last event that was written.
    private func begin(
        _ subscription: ControlSubscription, after known: ControlEventID?, writer: inout any ResponseBodyWriter
    ) async throws -> ControlEventID {
        if let known, case .events(let missed) = subscription.next(after: known, isContinuing: true) {
            try await write(missed, to: &writer)
            // Shows the client that it is connected, even if nothing has changed.
            try await writer.write(try ControlFrame.bytes(of: .engine(service.engine), id: nil))
            return missed.last?.id ?? known
        }
        let whole = try await snapshot.frame()
        try await write([whole], to: &writer)
        return whole.id
    }

    private func frames(_ next: ControlFeed.Next) async throws -> [ControlFrame] {
        switch next {
        case .events(let frames): frames
        case .snapshot: [try await snapshot.frame()]
        }
    }

    private func write(_ frames: [ControlFrame], to writer: inout any ResponseBodyWriter) async throws {
        var piece = ByteBuffer()
        for frame in frames {
            let bytes = try frame.bytes
            if piece.readableBytes == 0 {
                // One that is sent alone is not copied.
                piece = bytes
            } else if piece.readableBytes + bytes.readableBytes <= Self.pieceSize {
                piece.writeImmutableBuffer(bytes)
            } else {
                try await writer.write(piece)
                piece = bytes
            }
        }
        if piece.readableBytes > 0 { try await writer.write(piece) }
    }

    private func pause(after frames: [ControlFrame]) async {
        let isSnapshot = if case .snapshot = frames.last?.event { true } else { false }
        let (least, perEvent, most, afterSnapshot) = Self.pauses
        let pause = isSnapshot ? afterSnapshot : min(max(least, perEvent * frames.count), most)
        // A client must not delay the shutdown.
        await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
    }

    private enum Piece: Sendable {
        case changes
        case heartbeat
        case end
    }

    /// The signals with heartbeats between them.
    private static func pieces(of signals: AsyncStream<Void>) -> some AsyncSequence<Piece, Never> {
        let heartbeats = AsyncTimerSequence(interval: heartbeat, clock: .continuous).map { _ in Piece.heartbeat }
        return merge(chain(signals.map { Piece.changes }, [Piece.end].async), heartbeats)
    }
}
