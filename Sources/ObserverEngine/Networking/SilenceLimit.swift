import AsyncAlgorithms
package import NIOCore

/// The chunks of a body whose server sends something regularly, so that silence means that the connection is lost. Only time
/// in which the client reads counts: after a pager or Ctrl-Z has stopped it, it gets what was sent meanwhile.
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
        let interval = limit / 5
        let ticks = AsyncTimerSequence(interval: interval, clock: .continuous).map { _ in Piece.tick }
        let pieces = merge(chain(chunks.map { Piece.chunk($0) }, [Piece.end].async), ticks)
        return Iterator(pieces: pieces.makeAsyncIterator(), limit: limit, interval: interval)
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
        /// Between two ticks.
        private let interval: Duration

        fileprivate init(pieces: any AsyncIteratorProtocol<Piece, any Error>, limit: Duration, interval: Duration) {
            self.pieces = pieces
            self.limit = limit
            self.interval = interval
        }

        package mutating func next() async throws -> ByteBuffer? {
            var (silence, lastTickAt) = (Duration.zero, ContinuousClock.now)
            while let piece = try await pieces.next(isolation: nil) {
                switch piece {
                case .chunk(let chunk):
                    return chunk
                case .tick:
                    let now = ContinuousClock.now
                    // A longer gap is one in which the client was stopped.
                    silence += Swift.min(now - lastTickAt, interval * 2)
                    lastTickAt = now
                    if silence >= limit { throw TimedOut(limit: limit) }
                case .end:
                    return nil
                }
            }
            return nil
        }
    }
}
