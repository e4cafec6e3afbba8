import Foundation
import NIOCore
import Synchronization

/// A numbered event as it is sent to every client; encoded once, and only if there is a client.
final class ControlFrame: Sendable {
    let id: ControlEventID
    let event: ControlEvent
    private let encoded = Mutex<ByteBuffer?>(nil)

    init(id: ControlEventID, event: ControlEvent) {
        self.id = id
        self.event = event
    }

    var bytes: ByteBuffer {
        get throws {
            try encoded.withLock { encoded in
                if let encoded { return encoded }
                let bytes = try Self.bytes(of: event, id: id)
                encoded = bytes
                return bytes
            }
        }
    }

    /// - Parameter id: nil does not change where a client continues.
    static func bytes(of event: ControlEvent, id: ControlEventID?) throws -> ByteBuffer {
        let json = try JSONFormat.encoder.encode(event)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(json.count + 64)
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("data: ")
        buffer.writeBytes(json)
        buffer.writeString("\n\n")
        return buffer
    }
}
