package import AsyncHTTPClient
import Foundation
package import NIOCore
import NIOHTTP1
import Synchronization

/// GitHub's REST API for one repository, one method for each call.
package struct GitHubClient: Sendable {
    private let json: JSONClient
    package let api: ServiceURL
    package let rateLimit: RateLimit
    private let name: RepositoryAddress
    let token: AccessToken
    private let observe: @Sendable (DependencyObservation) -> Void

    /// - Parameter observe: Called after every request with its observation of GitHub.
    package init(
        http: HTTPTransport, api: ServiceURL, repository: RepositoryName, token: AccessToken,
        rateLimit: RateLimit = RateLimit(), observe: @escaping @Sendable (DependencyObservation) -> Void = { _ in }
    ) {
        self.token = token
        self.observe = observe
        self.api = api
        name = RepositoryAddress(repository)
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

    /// The repository's name, as GitHub knows it now.
    package var repository: RepositoryName { name.current }

    /// Continues with the new name of the repository.
    package func use(_ repository: RepositoryName) {
        name.current = repository
    }

    /// The website of this GitHub.
    package var webURL: String { api.gitHubWebURL }
    package var webhookSettings: String { "\(webURL)/\(repository)/settings/hooks" }

    var root: String { Self.root(of: repository) }

    private static func root(of repository: RepositoryName) -> String {
        "/repos/\(repository.owner.segmentEncoded)/\(repository.name.segmentEncoded)"
    }

    /// The IP ranges that GitHub delivers from; empty if it does not publish any.
    package func deliveryAddresses() async throws -> [AddressRange] {
        let meta: GitHubMeta = try await fetch(JSONRequest(.get, "/meta"), to: "fetch GitHub's webhook IP ranges")
        return (meta.hooks ?? []).compactMap { AddressRange($0) }
    }

    // MARK: - Repository

    /// Verifies the token and returns its permissions.
    package func authenticate() async throws -> TokenGrant {
        let response = try await send(JSONRequest(.get, root), to: "authenticate against GitHub")
        if let away = response.redirectedAway {
            // A public repository is readable without credentials, so its token was not verified.
            throw GitHubError(
                operation: "authenticate against GitHub", repository: repository, reason: .unreachable(away),
                retryAfter: nil, webURL: webURL)
        }
        let found: GitHubRepository = try decode(response, to: "authenticate against GitHub")
        return TokenGrant(
            headers: response.headers, repository: found.fullName, repositoryID: found.id, answeredAt: response.date,
            webURL: webURL)
    }

    /// The repository that has the name now, or had it before it was renamed.
    package func find(_ name: RepositoryName) async throws -> GitHubRepository {
        try await fetch(JSONRequest(.get, Self.root(of: name)), to: "identify repository \(name)")
    }

    /// The branch with its head.
    package func branch(_ name: String) async throws -> GitHubBranch {
        guard let answer = try await branch(name, unlessMatching: nil) else {
            throw unreadable(operation: "read the head of branch \(name)", status: 304)
        }
        return answer.branch
    }

    /// The branch with its head, and the entity tag of the response; nil if the branch still matches the given tag.
    package func branch(
        _ name: String, unlessMatching entityTag: String?
    ) async throws -> (branch: GitHubBranch, entityTag: String?)? {
        let operation = "read the head of branch \(name)"
        let request = JSONRequest(
            .get, "\(root)/branches/\(name.segmentEncoded)",
            headers: entityTag.map { [("If-None-Match", $0)] } ?? [])
        // "Not modified" means nothing for an unconditional request.
        let response = try await send(request, to: operation, acceptsUnmodified: entityTag != nil)
        guard response.status != 304 else { return nil }
        let branch: GitHubBranch = try decode(response, to: operation)
        // The address of a renamed branch redirects to the new one.
        guard branch.name == name else {
            throw GitHubError(
                operation: operation, repository: repository, reason: .branchRenamed(to: branch.name), retryAfter: nil,
                webURL: webURL)
        }
        return (branch, response.headers.first(name: "ETag"))
    }

    /// The commit of an id, a unique beginning of one, `heads/BRANCH`, `tags/TAG`, or the name of either.
    package func commit(_ reference: String) async throws -> GitHubBranch.Head {
        let path = reference.split(separator: "/", omittingEmptySubsequences: false)
            .map { String($0).segmentEncoded }.joined(separator: "/")
        // The list of files is not read, so request a single one.
        return try await fetch(
            JSONRequest(.get, "\(root)/commits/\(path)", query: [("per_page", "1")]),
            to: "find the commit \(reference.printable)")
    }

    /// Whether the observer's own commit status reports a failure.
    package func hasReportedFailure(of commit: CommitID) async throws -> Bool {
        let combined: GitHubCombinedStatus = try await fetch(
            JSONRequest(.get, "\(root)/commits/\(commit)/status", query: [("per_page", "100")]),
            to: "read the statuses of \(commit.short)")
        let own = combined.statuses.first { $0.context == CommitStatus.context }
        return own?.state == CommitStatus.State.failure.rawValue
    }

    /// Compares `head` with `base`: ahead means that it is newer.
    package func compare(base: CommitID, head: CommitID) async throws -> GitHubComparison.Status {
        try await comparison(base: base, head: head).status
    }

    /// The paths of the files that differ between two commits, of which one is an ancestor of the other.
    /// - Returns: nil if GitHub does not list all of them.
    package func changedFiles(from old: CommitID, to new: CommitID) async throws -> [String]? {
        var comparison = try await comparison(base: old, head: new)
        // GitHub lists the files between the common ancestor and the head.
        if comparison.status == .behind { comparison = try await self.comparison(base: new, head: old) }
        switch comparison.status {
        case .identical: return []
        case .ahead:
            guard let files = comparison.files, files.count < GitHubComparison.fileLimit else { return nil }
            return Set(files.flatMap { [$0.filename, $0.previousFilename].compactMap(\.self) }).sorted()
        case .behind, .diverged: return nil
        }
    }

    private func comparison(base: CommitID, head: CommitID) async throws -> GitHubComparison {
        try await fetch(
            // The list of commits is not read, so request a single one.
            JSONRequest(.get, "\(root)/compare/\(base)...\(head)", query: [("per_page", "1")]),
            to: "compare \(base.short) with \(head.short)")
    }

    /// The tree of a commit as a gzipped tarball, with its body unread.
    package func tarball(of commit: CommitID) async throws -> HTTPClientResponse.Body {
        let operation = "fetch the source of \(commit.short)"
        return try await observing {
            let response = try await transported(operation) {
                try await json.open(JSONRequest(.get, "\(root)/tarball/\(commit)"))
            }
            let status = Int(response.status.code)
            guard status == 200 else {
                let body = try? await response.body.collect(upTo: 64 * 1024)
                let content = body.map { Data($0.readableBytesView) } ?? Data()
                var reader = reader(operation)
                reader.answersJSON = false
                throw rejection(
                    reader.error(JSONResponse(status: status, headers: response.headers, body: content)))
            }
            return response.body
        }
    }

    /// Reads a body in chunks; a connection that breaks is a transient failure of GitHub.
    package func read(
        _ body: HTTPClientResponse.Body, to operation: String, _ consume: (ByteBuffer) async throws -> Void
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
                    reason: .unreachable(TransportError(url: "GitHub's archive", underlying: error)), retryAfter: nil,
                    webURL: webURL)
            }
            guard let chunk else { return }
            try await consume(chunk)
        }
    }

    package func report(_ status: CommitStatus, on commit: CommitID) async throws {
        let body = try JSONEncoder().encode(status)
        try await perform(
            JSONRequest(.post, "\(root)/statuses/\(commit)", body: body), to: "report the status of \(commit.short)",
            expecting: 201)
    }

    // MARK: - Exchange

    func fetch<Value: Decodable>(_ request: JSONRequest, to operation: String) async throws -> Value {
        try decode(await send(request, to: operation), to: operation)
    }

    /// Makes a change whose response is not needed.
    /// - Parameter status: What GitHub returns. Another success, or a body that is not JSON, comes from a proxy.
    func perform(_ request: JSONRequest, to operation: String, expecting status: Int) async throws {
        let response = try await send(request, to: operation)
        let isReadable = response.body.isEmpty || (try? response.decode(JSONValue.self)) != nil
        guard response.status == status, isReadable else {
            throw unreadable(operation: operation, status: response.status)
        }
    }

    func send(
        _ request: JSONRequest, to operation: String, limits: JSONClient.Limits = .init(),
        acceptsUnmodified: Bool = false
    ) async throws -> JSONResponse {
        try await observing {
            try await exchange(request, to: operation, limits: limits, acceptsUnmodified: acceptsUnmodified)
        }
    }

    private func exchange(
        _ request: JSONRequest, to operation: String, limits: JSONClient.Limits, acceptsUnmodified: Bool
    ) async throws -> JSONResponse {
        let used = token.current
        var response = try await transported(operation) { try await json.send(request, limits: limits) }
        if !response.isSuccess, reader(operation).error(response).rejectsToken, await token.isRenewed(since: used) {
            response = try await transported(operation) { try await json.send(request, limits: limits) }
        }
        if let remaining = response.headers.first(name: "x-ratelimit-remaining").flatMap(Int.init) {
            rateLimit.note(remaining)
        }
        guard response.isSuccess || acceptsUnmodified && response.status == 304 else {
            throw rejection(reader(operation).error(response))
        }
        return response
    }

    /// Remembers that the token was rejected.
    private func rejection(_ error: GitHubError) -> GitHubError {
        if error.rejectsToken { token.noteRefusal() }
        return error
    }

    func decode<Value: Decodable>(_ response: JSONResponse, to operation: String) throws -> Value {
        do {
            return try response.decode(keys: .convertFromSnakeCase)
        } catch is DecodingError {
            throw unreadable(operation: operation, status: response.status)
        }
    }

    /// Reports what the exchange shows about GitHub.
    private func observing<Value>(_ exchange: () async throws -> Value) async throws -> Value {
        do {
            let value = try await exchange()
            observe(.answered)
            return value
        } catch let error as GitHubError {
            observe(error.observation)
            throw error
        }
    }

    /// A proxy's page or a truncated response: neither comes from GitHub, so a retry may help.
    private func unreadable(operation: String, status: Int) -> GitHubError {
        let error = GitHubError(
            operation: operation, repository: repository, reason: .unavailable(status: status), retryAfter: nil,
            webURL: webURL)
        observe(error.observation)
        return error
    }

    private func transported<Value>(_ operation: String, _ exchange: () async throws -> Value) async throws -> Value {
        do {
            return try await exchange()
        } catch let error as TransportError {
            throw GitHubError(
                operation: operation, repository: repository, reason: .unreachable(error), retryAfter: nil,
                webURL: webURL)
        }
    }

    private func reader(_ operation: String) -> GitHubErrorReader {
        GitHubErrorReader(operation: operation, repository: repository, webURL: webURL, now: Date())
    }
}

/// The name of the watched repository in the addresses of the API.
private final class RepositoryAddress: Sendable {
    private let name: Mutex<RepositoryName>

    init(_ name: RepositoryName) {
        self.name = Mutex(name)
    }

    var current: RepositoryName {
        get { name.withLock(\.self) }
        set { name.withLock { $0 = newValue } }
    }
}
