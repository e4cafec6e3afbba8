package import AsyncHTTPClient
package import NIOCore

extension GitHubClient {
    /// Reads a body piece by piece; one that breaks off is GitHub's failure, and may be tried again.
    package func read(
        _ body: HTTPClientResponse.Body, to operation: String, _ consume: (ByteBuffer) throws -> Void
    ) async throws {
        var chunks = body.makeAsyncIterator()
        while true {
            let chunk: ByteBuffer?
            do {
                chunk = try await chunks.next()
            } catch let error as CancellationError {
                throw error
            } catch {
                throw GitHubError(
                    operation: operation, repository: repository,
                    reason: .unreachable(TransportError(url: "GitHub's archive", underlying: error)), retryAfter: nil)
            }
            guard let chunk else { return }
            try consume(chunk)
        }
    }
}
