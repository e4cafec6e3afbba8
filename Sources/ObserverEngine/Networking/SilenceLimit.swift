import AsyncAlgorithms
package import NIOCore

/// The chunks of a body whose server sends something regularly, so that silence means that the connection is lost.
package struct SilenceLimit<Chunks: AsyncSequence<ByteBuffer, any Error> & Sendable>: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    private let chunks: Chunks
    private let limit: Duration

    /// - Parameter limit: How long the server may be silent before `TimedOut` is thrown.
    package init(of chunks: Chunks, _ limit: Duration) {
        self.chunks = chunks
        self.limit = limit
    }

    package func makeAsyncIterator() -> Iterator {
        let ticks = AsyncTimerSequence(interval: limit / 5, clock: .continuous).map { _ in Piece.tick }
        let pieces = merge(chain(chunks.map { Piece.chunk($0) }, [Piece.end].async), ticks)
        return Iterator(pieces: pieces.makeAsyncIterator(), limit: limit)
    }

    fileprivate enum Piece: Sendable {
        case chunk(ByteBuffer)
        case tick
        /// Without it the ticks would continue after the chunks.
        case end
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var pieces: any AsyncIteratorProtocol<Piece, any Error>
        private let limit: Duration
        private var receivedAt = ContinuousClock.now

        fileprivate init(pieces: any AsyncIteratorProtocol<Piece, any Error>, limit: Duration) {
            self.pieces = pieces
            self.limit = limit
        }

        package mutating func next() async throws -> ByteBuffer? {
            while let piece = try await pieces.next(isolation: nil) {
                switch piece {
                case .chunk(let chunk):
                    receivedAt = .now
                    return chunk
                case .tick:
                    if .now - receivedAt >= limit { throw TimedOut(limit: limit) }
                case .end:
                    return nil
                }
            }
            return nil
        }
    }
}
