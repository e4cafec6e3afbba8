import AsyncAlgorithms
import Foundation
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Writes the output of an app to one client as server-sent events, until no instance of the app runs any more. A client that
/// reads slowly slows the reading of the output, so nothing piles up.
struct OutputStream: Sendable {
    /// Shows each side that the other is still connected.
    private static let heartbeat = Duration.seconds(5)

    let apps: AppsService
    let app: String
    /// The most lines of each instance and stream that precede the new ones.
    let lines: Int
    /// Ends the stream once it returns false: a token may be removed.
    let isStillPermitted: @Sendable () async -> Bool

    /// - Throws: `ControlError` if the app has no output.
    func response() async throws -> Response {
        _ = try await apps.output(of: app, lines: 1)
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    private enum Piece: Sendable {
        case event(OutputEvent)
        case heartbeat
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        let pieces = AsyncChannel<Piece>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                // The observer does not wait for an app to end.
                await cancelWhenGracefulShutdown { await follow(into: pieces) }
                pieces.finish()
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.heartbeat)
                    await pieces.send(.heartbeat)
                }
            }
            for await piece in pieces {
                switch piece {
                case .event(let event): try await writer.write(try Self.bytes(of: event))
                case .heartbeat:
                    guard await isStillPermitted() else { return }
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                }
            }
        }
    }

    private func follow(into pieces: AsyncChannel<Piece>) async {
        do {
            try await apps.follow(app, lines: lines) { await pieces.send(.event(.output($0))) }
            await pieces.send(.event(.end(problem: nil)))
        } catch {
            // Without a last event, the client knows that the connection ended before the output did.
            if !Task.isCancelled { await pieces.send(.event(.end(problem: "\(error)"))) }
        }
    }

    private static func bytes(of event: OutputEvent) throws -> ByteBuffer {
        var buffer = ByteBuffer(string: "data: ")
        buffer.writeBytes(try JSONFormat.encoder.encode(event))
        buffer.writeString("\n\n")
        return buffer
    }
}
