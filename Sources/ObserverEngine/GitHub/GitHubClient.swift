package import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// GitHub's REST API for one repository: one method for each call that we make.
package struct GitHubClient: Sendable {
    private let json: JSONClient
    package let api: ServiceURL
    package let repository: RepositoryName
    package let rateLimit: RateLimit
    private let token: AccessToken

    package init(
        http: HTTPClient, api: ServiceURL, repository: RepositoryName, token: AccessToken,
        rateLimit: RateLimit = RateLimit()
    ) {
        self.token = token
        self.api = api
        self.repository = repository
        self.rateLimit = rateLimit
        json = JSONClient(
            http: http, base: api,
            headers: [
                ("Accept", "application/vnd.github+json"),
                ("X-GitHub-Api-Version", "2022-11-28"),
                ("User-Agent", "dploy-observer/\(Version.current)"),
            ],
            authorization: Secret("Bearer \(token.current.value)"))
    }

    var root: String { "/repos/\(repository.owner.segmentEncoded)/\(repository.name.segmentEncoded)" }

    /// From where GitHub delivers; empty where it does not say.
    package func deliveryAddresses() async throws -> [AddressRange] {
        let meta: GitHubMeta = try await fetch(JSONRequest(.get, "/meta"), to: "learn GitHub's addresses")
        return (meta.hooks ?? []).compactMap { AddressRange($0) }
    }

    // MARK: - Repository

    /// Proves the token and tells what it may do.
    package func authenticate() async throws -> TokenGrant {
        let response = try await send(JSONRequest(.get, root), to: "authenticate against GitHub")
        let found: GitHubRepository = try decode(response, to: "authenticate against GitHub")
        return TokenGrant(headers: response.headers, repository: found.fullName, answeredAt: response.date)
    }

    /// The branch with its head.
    package func branch(_ name: String) async throws -> GitHubBranch {
        try await fetch(
            JSONRequest(.get, "\(root)/branches/\(name.segmentEncoded)"), to: "read the head of branch \(name)")
    }

    /// The branch with its head, and the entity tag of the answer; nil where it still is what the tag stands for.
    package func branch(
        _ name: String, unlessItIs entityTag: String?
    ) async throws -> (branch: GitHubBranch, entityTag: String?)? {
        let operation = "read the head of branch \(name)"
        let request = JSONRequest(
            .get, "\(root)/branches/\(name.segmentEncoded)",
            headers: entityTag.map { [("If-None-Match", $0)] } ?? [])
        // Of what nobody has asked for, "not modified" says nothing.
        let response = try await send(request, to: operation, unmodifiedIsFine: entityTag != nil)
        guard response.status != 304 else { return nil }
        return (try decode(response, to: operation), response.headers.first(name: "ETag"))
    }

    /// Whether the newest commit status of ours says that the commit failed.
    package func hasReportedFailure(of commit: CommitID) async throws -> Bool {
        let combined: GitHubCombinedStatus = try await fetch(
            JSONRequest(.get, "\(root)/commits/\(commit)/status", query: [("per_page", "100")]),
            to: "read the statuses of \(commit.short)")
        let ours = combined.statuses.first { $0.context == CommitStatus.context }
        return ours?.state == CommitStatus.State.failure.rawValue
    }

    /// How `head` stands to `base`: ahead means that it is newer.
    package func compare(base: CommitID, head: CommitID) async throws -> GitHubComparison.Status {
        let comparison: GitHubComparison = try await fetch(
            // One commit of the list is enough; the list itself is not read.
            JSONRequest(.get, "\(root)/compare/\(base)...\(head)", query: [("per_page", "1")]),
            to: "compare \(base.short) with \(head.short)")
        return comparison.status
    }

    /// The tree of a commit as a gzipped tarball, its body still to be read.
    package func tarball(of commit: CommitID) async throws -> HTTPClientResponse.Body {
        let operation = "fetch the source of \(commit.short)"
        let response = try await transported(operation) {
            try await json.open(JSONRequest(.get, "\(root)/tarball/\(commit)"))
        }
        let status = Int(response.status.code)
        guard status == 200 else {
            if status == 401 { token.noteRefusal() }
            let body = try? await response.body.collect(upTo: 64 * 1024)
            throw reader(operation).error(
                JSONResponse(
                    status: status, headers: response.headers, body: body.map { Data($0.readableBytesView) } ?? Data()))
        }
        return response.body
    }

    package func report(_ status: CommitStatus, on commit: CommitID) async throws {
        let body = try JSONEncoder().encode(status)
        _ = try await send(
            JSONRequest(.post, "\(root)/statuses/\(commit)", body: body), to: "report the status of \(commit.short)")
    }

    // MARK: - Exchange

    func fetch<Value: Decodable>(_ request: JSONRequest, to operation: String) async throws -> Value {
        try decode(await send(request, to: operation), to: operation)
    }

    func send(
        _ request: JSONRequest, to operation: String, limits: JSONClient.Limits = .init(),
        unmodifiedIsFine: Bool = false
    ) async throws -> JSONResponse {
        let used = token.current
        var response = try await transported(operation) { try await json.send(request, limits: limits) }
        if response.status == 401, token.isRenewed(since: used) {
            response = try await transported(operation) { try await json.send(request, limits: limits) }
        }
        if response.status == 401 { token.noteRefusal() }
        if let remaining = response.headers.first(name: "x-ratelimit-remaining").flatMap(Int.init) {
            rateLimit.note(remaining)
        }
        guard response.isSuccess || unmodifiedIsFine && response.status == 304 else {
            throw reader(operation).error(response)
        }
        return response
    }

    func decode<Value: Decodable>(_ response: JSONResponse, to operation: String) throws -> Value {
        do {
            return try response.decode(keys: .convertFromSnakeCase)
        } catch is DecodingError {
            // A proxy's page, or an answer cut short: what GitHub itself never sends may be gone at the next try.
            throw GitHubError(
                operation: operation, repository: repository, reason: .unavailable(status: response.status),
                retryAfter: nil)
        }
    }

    private func transported<Value>(_ operation: String, _ exchange: () async throws -> Value) async throws -> Value {
        do {
            return try await exchange()
        } catch let error as TransportError {
            throw GitHubError(
                operation: operation, repository: repository, reason: .unreachable(error), retryAfter: nil)
        }
    }

    private func reader(_ operation: String) -> GitHubErrorReader {
        GitHubErrorReader(operation: operation, repository: repository, now: Date())
    }
}
