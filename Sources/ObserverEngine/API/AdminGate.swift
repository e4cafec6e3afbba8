import Crypto
import Foundation
import HTTPTypes
package import Hummingbird
import Logging
import Synchronization

/// Requires the admin token. Wrong ones are limited per address; the right one is always accepted, however many others guess
/// from the same address, such as that of a proxy.
package final class AdminGate: RouterMiddleware {
    package typealias Context = ObserverRequestContext

    private let token: SHA256Digest
    private let limiter = Mutex(AttemptLimiter())
    private let log: LimitedLog

    package init(token: Secret, log: LimitedLog) {
        self.token = SHA256.hash(data: Data(token.value.utf8))
        self.log = log
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Digests are compared in constant time, regardless of the length of the sent token.
        let given = request.headers[.authorization].flatMap { header in
            header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst("bearer ".count)) : nil
        }
        if let given, SHA256.hash(data: Data(given.utf8)) == token {
            var context = context
            context.caller = Operator(
                name: "admin", role: .admin, origin: context.client?.description ?? "unknown address")
            return try await next(request, context)
        }
        log.log(
            .warning,
            "Rejected a request from \(context.client?.description ?? "an unknown address"): no valid admin token",
            of: .rejectedLogin, kind: "token")
        return try reject(context.client, isMissing: given == nil)
    }

    private func reject(_ address: IPAddress?, isMissing: Bool) throws -> Response {
        let wait = limiter.withLock { $0.noteFailure(address, at: .now) }
        guard wait == .zero else {
            let seconds = Int(wait.seconds.rounded(.up))
            var response = try Response.json(
                ErrorBody(error: "Too many requests without the admin token; retry in \(seconds) s."), status: 429)
            response.headers[.retryAfter] = String(seconds)
            return response
        }
        let sentence =
            isMissing
            ? "The admin token is missing. Send it as 'Authorization: Bearer TOKEN'." : "The admin token is wrong."
        var response = try Response.json(ErrorBody(error: sentence), status: 401)
        response.headers[.wwwAuthenticate] = "Bearer"
        return response
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

    /// Counts a failure, unless the address has to wait.
    /// - Returns: How long it has to wait.
    package mutating func noteFailure(_ address: IPAddress?, at now: ContinuousClock.Instant) -> Duration {
        let excess = remaining(of: address, at: now) - (Double(Self.burst) - 1)
        guard excess <= 0 else { return .seconds(excess) }
        if failures.count >= Self.capacity, failures[address] == nil {
            failures = failures.filter { remaining(of: $0.key, at: now) > 0 }
            // Evict the oldest entry when full.
            if failures.count >= Self.capacity, let oldest = failures.min(by: { $0.value.at < $1.value.at })?.key {
                failures.removeValue(forKey: oldest)
            }
        }
        failures[address] = Failures(count: remaining(of: address, at: now) + 1, at: now)
        return .zero
    }

    /// Failures that still count: one per second expires.
    private func remaining(of address: IPAddress?, at now: ContinuousClock.Instant) -> Double {
        guard let known = failures[address] else { return 0 }
        return max(0, known.count - (now - known.at).seconds)
    }
}
