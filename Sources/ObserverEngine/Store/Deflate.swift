import CZlib
import Foundation
import GRDB
import Synchronization

/// Compresses the bodies of deliveries for the database, to about a quarter.
///
/// Setting up a zlib stream takes four times as long as compressing an ordinary delivery with it, so one is kept.
final class Deflate: Sendable {
    /// The first byte of a zlib stream, with which JSON can't start. Bodies stored by earlier versions are plain.
    private static let mark: UInt8 = 0x78
    /// More than the largest body.
    private static let limit = 64 * 1024 * 1024
    /// A larger body gets a stream of its own, so that the others do not wait for it.
    private static let sharedLimit = 64 * 1024

    /// nil before its first use, and after its memory was released until the next one.
    private let shared = Mutex<DeflateStream?>(nil)

    /// The body compressed, or as it is if that is not larger.
    func compressed(_ body: Data) -> Data {
        let output = body.count > Self.sharedLimit ? Self.compressedAlone(body) : compressedShared(body)
        guard let output, output.count < body.count || body.first == Self.mark else { return body }
        return output
    }

    func releaseMemory() {
        shared.withLock { $0 = nil }
    }

    private func compressedShared(_ body: Data) -> Data? {
        shared.withLock { stream in
            guard let kept = stream.take() ?? DeflateStream() else { return nil }
            let output = kept.compress(body)
            stream = consume kept
            return output
        }
    }

    private static func compressedAlone(_ body: Data) -> Data? {
        guard let stream = DeflateStream() else { return nil }
        return stream.compress(body)
    }

    /// - Throws: `DatabaseError` if it is not a complete zlib stream.
    static func decompressed(_ stored: Data) throws -> Data {
        guard stored.first == mark else { return stored }
        var capacity = min(stored.count * 8, limit)
        while true {
            var size = UInt(capacity)
            var output = Data(count: capacity)
            let status = output.withUnsafeMutableBytes { output in
                stored.withUnsafeBytes { input in
                    uncompress(
                        output.bindMemory(to: UInt8.self).baseAddress, &size,
                        input.bindMemory(to: UInt8.self).baseAddress, UInt(input.count))
                }
            }
            if status == Z_OK { return output.prefix(Int(size)) }
            guard status == Z_BUF_ERROR, capacity < limit else {
                throw DatabaseError(message: "the body of a delivery can't be decompressed")
            }
            capacity = min(capacity * 4, limit)
        }
    }
}

/// A zlib stream that compresses one body after the other.
private struct DeflateStream: ~Copyable {
    // zlib keeps a pointer to the stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// nil if zlib gets no memory.
    init?() {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard observer_deflateInitFast(stream) == Z_OK else {
            stream.deallocate()
            return nil
        }
        self.stream = stream
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// nil if zlib fails.
    func compress(_ body: Data) -> Data? {
        guard deflateReset(stream) == Z_OK else { return nil }
        let bound = Int(deflateBound(stream, UInt(body.count)))
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bound) { output in
            let status = body.withUnsafeBytes { input in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                return deflate(stream, Z_FINISH)
            }
            guard status == Z_STREAM_END else { return nil }
            return Data(buffer: UnsafeBufferPointer(rebasing: output.prefix(Int(stream.pointee.total_out))))
        }
    }
}
