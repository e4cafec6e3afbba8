import Crypto
import Foundation
import HTTPTypes
package import Hummingbird
import Synchronization

/// Requires the admin token and limits failed attempts per address.
package final class AdminGate: RouterMiddleware {
    package typealias Context = ObserverRequestContext

    private let token: SHA256Digest
    private let limiter = Mutex(AttemptLimiter())

    package init(token: Secret) {
        self.token = SHA256.hash(data: Data(token.value.utf8))
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let address = context.client
        guard limiter.withLock({ $0.mayTry(address, at: .now) }) else {
            return try .json(ErrorBody(error: "Too many failed attempts; retry later."), status: 429)
        }
        // Digests are compared in constant time, regardless of the length of the sent token.
        let given = request.headers[.authorization].flatMap { header in
            header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst("bearer ".count)) : nil
        }
        guard let given, SHA256.hash(data: Data(given.utf8)) == token else {
            limiter.withLock { $0.noteFailure(address, at: .now) }
            var response = try Response.json(
                ErrorBody(error: "Send the admin token (DPLOY_OBSERVER_ADMIN_TOKEN) as 'Authorization: Bearer TOKEN'."),
                status: 401)
            response.headers[.wwwAuthenticate] = "Bearer"
            return response
        }
        return try await next(request, context)
    }
}

/// Limits failed attempts of an address: a burst, then one per second.
package struct AttemptLimiter: Sendable {
    /// Failures allowed at once.
    static let burst = 5
    /// Addresses remembered.
    static let capacity = 1024

    private struct Failures {
        var count: Double
        var at: ContinuousClock.Instant
    }

    private var failures: [IPAddress?: Failures] = [:]

    package init() {}

    package func mayTry(_ address: IPAddress?, at now: ContinuousClock.Instant) -> Bool {
        remaining(of: address, at: now) <= Double(Self.burst) - 1
    }

    package mutating func noteFailure(_ address: IPAddress?, at now: ContinuousClock.Instant) {
        if failures.count >= Self.capacity, failures[address] == nil {
            failures = failures.filter { remaining(of: $0.key, at: now) > 0 }
            // Evict the oldest entry when full.
            if failures.count >= Self.capacity, let oldest = failures.min(by: { $0.value.at < $1.value.at })?.key {
                failures.removeValue(forKey: oldest)
            }
        }
        failures[address] = Failures(count: remaining(of: address, at: now) + 1, at: now)
    }

    /// Failures that still count: one per second expires.
    private func remaining(of address: IPAddress?, at now: ContinuousClock.Instant) -> Double {
        guard let known = failures[address] else { return 0 }
        return max(0, known.count - (now - known.at).seconds)
    }
}
