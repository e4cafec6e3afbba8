import CZlib
import Foundation
import GRDB

/// The bodies of deliveries in the database, compressed to about a quarter.
enum Deflate {
    /// The first byte of a zlib stream, with which JSON can't start. Bodies stored by earlier versions are plain.
    private static let mark: UInt8 = 0x78
    /// More than the largest body.
    private static let limit = 64 * 1024 * 1024

    /// The body compressed, or as it is if that is not larger.
    static func compressed(_ body: Data) -> Data {
        var size = compressBound(UInt(body.count))
        var output = Data(count: Int(size))
        let status = output.withUnsafeMutableBytes { output in
            body.withUnsafeBytes { input in
                compress2(
                    output.bindMemory(to: UInt8.self).baseAddress, &size,
                    input.bindMemory(to: UInt8.self).baseAddress, UInt(input.count), Z_BEST_SPEED)
            }
        }
        let isUseful = status == Z_OK && (size < body.count || body.first == mark)
        return isUseful ? output.prefix(Int(size)) : body
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
