import HTTPTypes
package import Hummingbird
import Logging
import Synchronization

/// Requires a token. Wrong ones are limited per address; a right one is always accepted, however many others guess from the
/// same address, such as that of a proxy.
package final class AccessGate: RouterMiddleware {
    package typealias Context = ObserverRequestContext

    private let tokens: ControlTokens
    private let limiter = Mutex(AttemptLimiter())
    private let log: LimitedLog

    package init(tokens: ControlTokens, log: LimitedLog) {
        self.tokens = tokens
        self.log = log
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let given = request.headers[.authorization].flatMap { header in
            header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst("bearer ".count)) : nil
        }
        if let given, let token = await tokens.owner(of: given) {
            var context = context
            context.caller = Operator(
                name: token.name, role: token.role, origin: context.client?.description ?? "unknown address")
            context.isStillPermitted = { [tokens] in await tokens.owner(of: given) == token }
            return try await next(request, context)
        }
        log.log(
            .warning,
            "Rejected a request from \(context.client?.description ?? "an unknown address"): no valid token",
            of: .rejectedLogin, kind: "token")
        return try reject(context.client, isMissing: given == nil)
    }

    private func reject(_ address: IPAddress?, isMissing: Bool) throws -> Response {
        let wait = limiter.withLock { $0.noteFailure(address, at: .now) }
        guard wait == .zero else {
            let seconds = Int(wait.seconds.rounded(.up))
            var response = try Response.json(
                ErrorBody(error: "Too many requests without a valid token; retry in \(seconds) s."), status: 429)
            response.headers[.retryAfter] = String(seconds)
            return response
        }
        let sentence =
            isMissing ? "The token is missing. Send it as 'Authorization: Bearer TOKEN'." : "The token is invalid."
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

/// Identifies the operators on the control socket. Only the owner of the observer and root can open it, so every one of them
/// is an administrator.
struct SocketOperators: RouterMiddleware {
    typealias Context = ObserverRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let peer = try? await context.socketPeer()
        let claim = HTTPField.Name.sudoUser.flatMap { request.headers[$0] }?.printable
        context.caller = Operator(
            name: peer?.user ?? "unknown", role: .admin, origin: Operator.socket, login: peer?.login,
            claim: peer?.isLoginKnown == true ? nil : claim?.beginning(ofBytes: TextLimit.user))
        return try await next(request, context)
    }
}

extension HTTPField.Name {
    /// The user who ran a command with sudo, according to the command.
    fileprivate static let sudoUser: HTTPField.Name? = HTTPField.Name(ControlClient.sudoUserHeader)
}
