import Foundation
import NIOHTTP1

/// Turns an unsuccessful response into an error.
/// Source: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
struct GitHubErrorReader {
    private struct Body: Decodable {
        struct Field: Decodable {
            var code: String?
            var message: String?
        }

        var message: String?
        var errors: [Field]?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            message = try? container.decode(String.self, forKey: .message)
            // An entry is an object or, in some responses, a bare string.
            if let fields = try? container.decode([Field].self, forKey: .errors) {
                errors = fields
            } else if let strings = try? container.decode([String].self, forKey: .errors) {
                errors = strings.map { Field(code: nil, message: $0) }
            }
        }

        private enum CodingKeys: CodingKey {
            case message, errors
        }
    }

    let operation: String
    let repository: RepositoryName
    var webURL = "https://github.com"
    /// By the local clock, for responses without a date.
    let now: Date
    /// Whether GitHub answers with a JSON object; the server of the archives answers with text.
    var answersJSON = true

    /// GitHub's primary limit resets every hour; no response delays the next request for longer.
    private static let longestWait = Duration.seconds(3660)
    /// Documented for a limit without a time.
    private static let defaultWait = Duration.seconds(60)

    func error(_ response: JSONResponse) -> GitHubError {
        let body = try? response.decode(Body.self)
        let message = body?.message ?? ""
        // The times in a response are by the server's clock; the local one may be wrong by years.
        let serverNow = response.date ?? now
        let wait = limitWait(response, message: message, now: serverNow)
        let reason: GitHubError.Reason =
            switch response.status {
            case let status where body == nil && wait == nil && isOtherWebsite(response): .unavailable(status: status)
            case 401: .tokenRefused
            case 429: .rateLimited
            case 403 where wait != nil: .rateLimited
            case 403: .forbidden(forbidden(response, message: message))
            case 404, 410, 451: .notFound
            case 422:
                .invalid((body?.errors ?? []).map { .init(code: $0.code, message: $0.message) }, message: message)
            // Too slow or too early: not a fault of the request itself.
            case 408, 425, 500...: .unavailable(status: response.status)
            case 300..<400: .unexpected(status: response.status, message: redirect(response) ?? message)
            default: .unexpected(status: response.status, message: message)
            }
        return GitHubError(
            operation: operation, repository: repository, reason: reason,
            retryAfter: wait ?? requestedWait(response, now: serverNow), webURL: webURL,
            limitedUntil: wait.map { now.addingTimeInterval($0.seconds) },
            isSecondaryLimit: reason == .rateLimited && isSecondary(response, message: message))
    }

    /// Whether a rate limit is not that of the number of requests in an hour.
    private func isSecondary(_ response: JSONResponse, message: String) -> Bool {
        if let remaining = response.headers.first(name: "x-ratelimit-remaining") { return remaining != "0" }
        let text = message.lowercased()
        return text.contains("secondary") || text.contains("abuse detection")
    }

    /// Where a redirect leads that could not be followed.
    private func redirect(_ response: JSONResponse) -> String? {
        let origin = response.headers.first(name: "Location").flatMap { HTTPOrigin(url: $0) }
        return origin.map { "it redirects to \($0). Check -github-api." }
    }

    /// Whether a refusal without JSON is the page of a proxy or of another website.
    private func isOtherWebsite(_ response: JSONResponse) -> Bool {
        answersJSON && !response.body.isEmpty && GitHubError.Reason.unavailable(status: response.status).isOtherWebsite
    }

    /// The wait for a rate limit, primary or secondary; nil for any other response.
    private func limitWait(_ response: JSONResponse, message: String, now: Date) -> Duration? {
        guard response.status == 403 || response.status == 429 else { return nil }
        if let requested = requestedWait(response, now: now) { return requested }
        if response.headers.first(name: "x-ratelimit-remaining") == "0" {
            let reset = response.headers.first(name: "x-ratelimit-reset").flatMap(Double.init)
            guard let reset, reset.isFinite else { return Self.defaultWait }
            // One second more, for small differences between clocks.
            return min(.retryDelay(seconds: max(0, reset - now.timeIntervalSince1970) + 1), Self.longestWait)
        }
        let limits = ["rate limit", "abuse detection"]
        return limits.contains { message.lowercased().contains($0) } ? Self.defaultWait : nil
    }

    private func requestedWait(_ response: JSONResponse, now: Date) -> Duration? {
        response.retryAfter(now: now).map { min($0, Self.longestWait) }
    }

    private func forbidden(_ response: JSONResponse, message: String) -> GitHubError.Forbidden {
        if let header = response.headers.first(name: "X-GitHub-SSO") {
            let url = header.split(separator: ";")
                .map { $0.trimmingCharacters(in: .whitespaces) }
                .first { $0.hasPrefix("url=") }
                .map { String($0.dropFirst(4)) }
            return .singleSignOn(url: url)
        }
        if message.contains("not accessible by personal access token") {
            return .missingPermission(response.headers.first(name: "X-Accepted-GitHub-Permissions"))
        }
        let granted = response.headers.scopes("X-OAuth-Scopes")
        let accepted = response.headers.scopes("X-Accepted-OAuth-Scopes")
        if let granted, let accepted, !accepted.isEmpty, Set(granted).isDisjoint(with: accepted) {
            return .missingScope(accepted)
        }
        return .other(message: message)
    }
}
