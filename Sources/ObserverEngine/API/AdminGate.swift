import Crypto
import Foundation
import HTTPTypes
package import Hummingbird
import Synchronization

/// Lets in who knows the admin token, and not too many tries of those who do not.
package struct AdminGate: RouterMiddleware {
    package typealias Context = ObserverRequestContext

    private let token: SHA256Digest
    private let attempts = Attempts()

    private final class Attempts: Sendable {
        let limiter = Mutex(AttemptLimiter())
    }

    package init(token: Secret) {
        self.token = SHA256.hash(data: Data(token.value.utf8))
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let address = context.client
        guard attempts.limiter.withLock({ $0.mayTry(address, at: .now) }) else {
            return try .json(ErrorBody(error: "Too many wrong tokens from your address; wait a little."), status: 429)
        }
        // Digests are compared in constant time, whatever the length of what was sent.
        let given = request.headers[.authorization].flatMap { header in
            header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst("bearer ".count)) : nil
        }
        guard let given, SHA256.hash(data: Data(given.utf8)) == token else {
            attempts.limiter.withLock { $0.noteFailure(address, at: .now) }
            var response = try Response.json(
                ErrorBody(error: "Send the admin token (DPLOY_OBSERVER_ADMIN_TOKEN) as Authorization: Bearer."),
                status: 401)
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
        return try await next(request, context)
    }
}
