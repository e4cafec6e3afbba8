import CZlib

/// Decompresses gzip in pieces and with bounded memory: feed it input, then take output until there is none. Like the
/// program, it accepts several members in a row and zeros after the last one, and checks the checksum of each.
struct GzipReader: ~Copyable {
    struct Malformed: Error, Equatable {}

    /// The largest piece of output, in bytes.
    static let pieceSize = 64 * 1024

    private enum Phase {
        case member
        /// After a member, before the first byte that follows it.
        case between
        /// After the last member.
        case zeros
    }

    // zlib keeps a pointer to the stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: ArraySlice<UInt8> = []
    private var phase = Phase.member
    private var hasEnded = false

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = observer_inflateInitGzip(stream)
        precondition(status == Z_OK, "zlib could not be initialized: \(status)")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Whether the input ended at the end of a member.
    var isFinished: Bool { hasEnded && phase != .member }

    /// Adds input once all output of the input before it has been taken.
    mutating func feed(_ bytes: [UInt8]) {
        input = bytes[...]
    }

    /// The next piece of output; nil once more input is needed.
    mutating func next() throws(Malformed) -> [UInt8]? {
        while !input.isEmpty || phase == .member {
            switch phase {
            case .between:
                // A member starts with 0x1f; zlib checks the rest.
                if input.first == 0x1f {
                    inflateReset(stream)
                    phase = .member
                } else {
                    phase = .zeros
                }
            case .zeros:
                guard input.allSatisfy({ $0 == 0 }) else { throw Malformed() }
                input = []
            case .member:
                let output = try inflateNext()
                if let output { return output }
                if phase == .member, input.isEmpty { return nil }
            }
        }
        return nil
    }

    /// - Returns: nil if this input makes no output.
    private mutating func inflateNext() throws(Malformed) -> [UInt8]? {
        var status = Z_OK
        let input = input
        let stream = stream
        var left = 0
        let output = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
            input.withUnsafeBufferPointer { bytes in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
                stream.pointee.avail_in = UInt32(bytes.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                status = inflate(stream, Z_NO_FLUSH)
                left = Int(stream.pointee.avail_in)
                count = buffer.count - Int(stream.pointee.avail_out)
                stream.pointee.next_in = nil
                stream.pointee.next_out = nil
            }
        }
        self.input = input.suffix(left)
        switch status {
        case Z_STREAM_END:
            hasEnded = true
            phase = .between
        case Z_OK, Z_BUF_ERROR: break
        default: throw Malformed()
        }
        return output.isEmpty ? nil : output
    }
}
