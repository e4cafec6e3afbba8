package import Foundation
import NIOHTTP1
import Synchronization

/// A check run of a commit.
package struct GitHubCheckRun: Decodable, Sendable {
    package let name: String
    /// `queued`, `in_progress`, `completed` and others.
    package let status: String
    package let conclusion: String?
    package let startedAt: Date?
    package let htmlUrl: String?

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        status = try container.decode(String.self, forKey: .status)
        conclusion = try container.decodeIfPresent(String.self, forKey: .conclusion)
        startedAt = (try? container.decode(String.self, forKey: .startedAt)).flatMap(Date.init(rfc3339:))
        htmlUrl = try? container.decode(String.self, forKey: .htmlUrl)
    }

    private enum CodingKeys: CodingKey {
        case name, status, conclusion, startedAt, htmlUrl
    }
}

/// The checks of commits.
extension GitHubClient {
    private static let pageLimit = 20

    /// The newest run of each check.
    package func checkRuns(of commit: CommitID, _ pages: PageCache) async throws -> [GitHubCheckRun] {
        struct Page: Decodable {
            let checkRuns: [GitHubCheckRun]
        }
        return try await all(
            "\(root)/commits/\(commit)/check-runs", query: [("filter", "latest")],
            to: "read the check runs of \(commit.short)", pages
        ) { (page: Page) in page.checkRuns }
    }

    /// The newest status of each context.
    package func statuses(of commit: CommitID, _ pages: PageCache) async throws -> [GitHubCombinedStatus.Status] {
        try await all(
            "\(root)/commits/\(commit)/status", to: "read the statuses of \(commit.short)", pages
        ) { (page: GitHubCombinedStatus) in page.statuses }
    }

    /// The names of the checks that a branch requires, by its protection or by a ruleset; empty if it requires none.
    package func requiredChecks(of branch: String, _ pages: PageCache) async throws -> [String] {
        let names = try await checksOfRulesets(on: branch, pages) + checksOfProtection(of: branch, pages)
        return Array(Set(names)).sorted()
    }

    /// Of all rulesets of the repository and its organization that are enforced. Servers from before rulesets do not know the
    /// request.
    private func checksOfRulesets(on branch: String, _ pages: PageCache) async throws -> [String] {
        do {
            let rules = try await all(
                "\(root)/rules/branches/\(branch.segmentEncoded)", to: "read the rulesets of branch \(branch)", pages
            ) { (page: [BranchRule]) in page }
            return rules.flatMap(\.requiredChecks)
        } catch let error as GitHubError where error.reason == .notFound {
            return []
        }
    }

    private func checksOfProtection(of branch: String, _ pages: PageCache) async throws -> [String] {
        struct Protection: Decodable {
            struct Check: Decodable {
                let context: String
            }

            let contexts: [String]?
            let checks: [Check]?
        }
        let path = "\(root)/branches/\(branch.segmentEncoded)/protection/required_status_checks"
        do {
            let operation = "read the required checks of branch \(branch)"
            let protection: Protection = try await page(JSONRequest(.get, path), to: operation, pages).content
            return (protection.contexts ?? []) + (protection.checks ?? []).map(\.context)
        } catch let error as GitHubError where error.reason == .notFound {
            return []
        }
    }

    private func all<Page: Decodable, Element>(
        _ path: String, query: [(String, String)] = [], to operation: String, _ pages: PageCache,
        elements: (Page) -> [Element]
    ) async throws -> [Element] {
        var found: [Element] = []
        for number in 1...Self.pageLimit {
            let query = query + [("per_page", "100"), ("page", String(number))]
            let answer: (content: Page, hasNext: Bool) = try await page(
                JSONRequest(.get, path, query: query), to: operation, pages)
            let new = elements(answer.content)
            found += new
            if new.isEmpty || !answer.hasNext { break }
        }
        return found
    }

    /// One page; where GitHub answers that it is not modified, the stored one.
    private func page<Content: Decodable>(
        _ request: JSONRequest, to operation: String, _ pages: PageCache
    ) async throws -> (content: Content, hasNext: Bool) {
        var request = request
        let key = "\(request.path)?\(request.query.map { "\($0.0)=\($0.1)" }.joined(separator: "&"))"
        let known = pages[key]
        if let tag = known?.entityTag { request.headers.append(("If-None-Match", tag)) }
        var response = try await send(request, to: operation, acceptsUnmodified: known != nil)
        if response.status == 304, let known { response = known.response }
        let content: Content = try decode(response, to: operation)
        if let tag = response.headers.first(name: "ETag") {
            pages[key] = PageCache.Page(entityTag: tag, response: response)
        }
        return (content, PageLink.hasNext(in: response.headers) ?? false)
    }
}

/// A rule of a ruleset that applies to a branch. Only rules about checks are read.
/// Source: https://docs.github.com/rest/repos/rules
private struct BranchRule: Decodable {
    private struct Parameters: Decodable {
        struct Check: Decodable {
            let context: String
        }

        let requiredStatusChecks: [Check]
    }

    private enum CodingKeys: CodingKey {
        case type, parameters
    }

    let requiredChecks: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let isAboutChecks = try container.decode(String.self, forKey: .type) == "required_status_checks"
        let parameters = isAboutChecks ? try container.decode(Parameters.self, forKey: .parameters) : nil
        requiredChecks = parameters?.requiredStatusChecks.map(\.context) ?? []
    }
}

/// Responses with their entity tags. Asking for an unchanged one costs nothing of the rate limit.
package final class PageCache: Sendable {
    struct Page {
        let entityTag: String
        let response: JSONResponse
    }

    private static let limit = 64

    private let pages = Mutex<[String: Page]>([:])

    package init() {}

    subscript(key: String) -> Page? {
        get { pages.withLock { $0[key] } }
        set {
            pages.withLock { pages in
                if pages.count >= Self.limit, pages[key] == nil { pages = [:] }
                pages[key] = newValue
            }
        }
    }
}
