import Foundation
import NIOHTTP1
import Testing

@testable import ObserverEngine

@Suite("Errors from GitHub's responses")
struct GitHubErrorReaderTests {
    struct Answer: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int
        var headers: [String: String] = [:]
        var body = ""
        let reason: GitHubError.Reason
        var retryAfter: Duration?
        var isTransient = false

        var testDescription: String { name }
    }

    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private static func message(_ text: String) -> String { "{\"message\":\"\(text)\"}" }

    private static let page = "<html><h1>Access denied</h1></html>"

    static let answers: [Answer] = [
        Answer(
            name: "401 of a proxy", status: 401, body: page, reason: .unavailable(status: 401), isTransient: true),
        Answer(
            name: "403 of a proxy", status: 403, body: page, reason: .unavailable(status: 403), isTransient: true),
        Answer(
            name: "404 of another website", status: 404, body: page, reason: .unavailable(status: 404),
            isTransient: true),
        Answer(name: "401", status: 401, body: message("Bad credentials"), reason: .tokenRefused),
        Answer(
            name: "primary limit", status: 403,
            headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000060"],
            body: message("API rate limit exceeded"), reason: .rateLimited, retryAfter: .seconds(61), isTransient: true),
        Answer(
            name: "primary limit that is reset already", status: 403,
            headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1600000000"], reason: .rateLimited,
            retryAfter: .seconds(1), isTransient: true),
        Answer(
            name: "primary limit by a clock in another century", status: 403,
            headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999999999"], reason: .rateLimited,
            retryAfter: .seconds(3660), isTransient: true),
        Answer(
            name: "primary limit, by GitHub's clock and not the local one", status: 403,
            headers: [
                "Date": "Wed, 25 Nov 2026 12:00:00 GMT", "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "1795608060",
            ], reason: .rateLimited, retryAfter: .seconds(61), isTransient: true),
        Answer(
            name: "503 with a date, by GitHub's clock and not the local one", status: 503,
            headers: ["Date": "Wed, 25 Nov 2026 12:00:00 GMT", "Retry-After": "Wed, 25 Nov 2026 12:00:07 GMT"],
            reason: .unavailable(status: 503), retryAfter: .seconds(7), isTransient: true),
        Answer(
            name: "primary limit without a number", status: 429,
            headers: ["x-ratelimit-remaining": "0", "x-ratelimit-reset": "nan"], reason: .rateLimited,
            retryAfter: .seconds(60), isTransient: true),
        Answer(
            name: "primary limit without a reset", status: 403, headers: ["x-ratelimit-remaining": "0"],
            reason: .rateLimited, retryAfter: .seconds(60), isTransient: true),
        Answer(
            name: "limit of an older GitHub", status: 403,
            body: message("You have triggered an abuse detection mechanism."), reason: .rateLimited,
            retryAfter: .seconds(60), isTransient: true),
        Answer(
            name: "secondary limit for a day", status: 429, headers: ["Retry-After": "86400"],
            reason: .rateLimited, retryAfter: .seconds(3660), isTransient: true),
        Answer(
            name: "503 for a day", status: 503, headers: ["Retry-After": "86400"],
            reason: .unavailable(status: 503), retryAfter: .seconds(3660), isTransient: true),
        Answer(name: "408", status: 408, reason: .unavailable(status: 408), isTransient: true),
        Answer(name: "425", status: 425, reason: .unavailable(status: 425), isTransient: true),
        Answer(
            name: "secondary limit with a time", status: 403, headers: ["Retry-After": "30"], reason: .rateLimited,
            retryAfter: .seconds(30), isTransient: true),
        Answer(
            name: "secondary limit without a time", status: 403,
            body: message("You have exceeded a secondary rate limit."), reason: .rateLimited, retryAfter: .seconds(60),
            isTransient: true),
        Answer(name: "429", status: 429, reason: .rateLimited, isTransient: true),
        Answer(
            name: "single sign-on", status: 403, headers: ["X-GitHub-SSO": "required; url=https://sso"],
            reason: .forbidden(.singleSignOn(url: "https://sso"))),
        Answer(
            name: "fine-grained token without the permission", status: 403,
            headers: ["X-Accepted-GitHub-Permissions": "repository_hooks=write"],
            body: message("Resource not accessible by personal access token"),
            reason: .forbidden(.missingPermission("repository_hooks=write"))),
        Answer(
            name: "classic token without the scope", status: 403,
            headers: ["X-OAuth-Scopes": "gist, user", "X-Accepted-OAuth-Scopes": "admin:repo_hook, repo"],
            body: message("Must have admin rights"), reason: .forbidden(.missingScope(["admin:repo_hook", "repo"]))),
        Answer(
            name: "another 403", status: 403, headers: ["X-OAuth-Scopes": "repo", "X-Accepted-OAuth-Scopes": "repo"],
            body: message("Repository was archived so is read-only."),
            reason: .forbidden(.other(message: "Repository was archived so is read-only."))),
        Answer(name: "404", status: 404, body: message("Not Found"), reason: .notFound),
        Answer(name: "410", status: 410, reason: .notFound),
        Answer(name: "451", status: 451, reason: .notFound),
        Answer(
            name: "422 with objects", status: 422,
            body: #"{"message":"Validation Failed","errors":[{"code":"custom","message":"Hook already exists"}]}"#,
            reason: .invalid([.init(code: "custom", message: "Hook already exists")], message: "Validation Failed")),
        Answer(
            name: "422 with strings", status: 422, body: #"{"message":"No","errors":["one","two"]}"#,
            reason: .invalid([.init(code: nil, message: "one"), .init(code: nil, message: "two")], message: "No")),
        Answer(name: "422 with nothing", status: 422, reason: .invalid([], message: "")),
        Answer(
            name: "422 of a proxy", status: 422, body: page, reason: .unavailable(status: 422), isTransient: true),
        Answer(name: "500", status: 500, reason: .unavailable(status: 500), isTransient: true),
        Answer(
            name: "503 with a time", status: 503, headers: ["Retry-After": "5"], reason: .unavailable(status: 503),
            retryAfter: .seconds(5), isTransient: true),
        Answer(
            name: "an unexpected status", status: 418, body: message("teapot"),
            reason: .unexpected(status: 418, message: "teapot")),
    ]

    @Test("each has a reason, and whether and when to retry", arguments: answers)
    func reason(answer: Answer) {
        let reader = GitHubErrorReader(
            operation: "do it", repository: RepositoryName(owner: "o", name: "r"), now: Self.now)
        let error = reader.error(
            JSONResponse(
                status: answer.status, headers: HTTPHeaders(answer.headers.map { ($0.key, $0.value) }),
                body: Data(answer.body.utf8)))
        #expect(error.reason == answer.reason)
        #expect(error.retryAfter == answer.retryAfter)
        #expect(error.isTransient == answer.isTransient)
        #expect(error.description.hasPrefix("Can't do it: "))
    }

    @Test("the end of a limit is a time of day, so that the sentence stays true; a secondary limit is not exhausted")
    func limits() {
        let reader = GitHubErrorReader(
            operation: "do it", repository: RepositoryName(owner: "o", name: "r"), now: Self.now)
        let error = { (headers: HTTPHeaders) in
            reader.error(JSONResponse(status: 403, headers: headers, body: Data()))
        }
        let primary = error(["x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000600"])
        #expect(primary.description == "Can't do it: GitHub's rate limit is exhausted; it resets at 22:24 UTC.")
        #expect(primary.remedy == "Wait until 22:24 UTC; the observer retries automatically.")
        let secondary = error(["x-ratelimit-remaining": "4999", "Retry-After": "60"])
        #expect(
            secondary.description
                == "Can't do it: GitHub rejects requests until 22:15 UTC: there were too many at once "
                + "(secondary rate limit).")
    }

    @Test("each reason has its own sentence")
    func sentences() {
        let sentences = Self.answers.map {
            GitHubError(
                operation: "do it", repository: RepositoryName(owner: "o", name: "r"), reason: $0.reason,
                retryAfter: nil
            ).description
        }
        let reasons = Set(Self.answers.map { "\($0.reason)" })
        #expect(Set(sentences).count == reasons.count)
    }

    @Test("GitHub's messages can't control the terminal")
    func escapes() {
        for reason: GitHubError.Reason in [
            .forbidden(.other(message: "\u{1B}[2J")), .invalid([], message: "\u{1B}[2J"),
            .unexpected(status: 418, message: "\u{1B}[2J"), .forbidden(.missingPermission("\u{1B}[2J")),
            .forbidden(.singleSignOn(url: "\u{1B}[2J")), .forbidden(.missingScope(["\u{1B}[2J"])),
        ] {
            let error = GitHubError(
                operation: "do it", repository: RepositoryName(owner: "o", name: "r"), reason: reason, retryAfter: nil)
            #expect(!error.description.contains("\u{1B}"), "\(reason)")
        }
    }
}
