import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore

/// GitHub with one repository: REST API, webhooks and archives, backed by a real git repository.
package final class GitHubSimulator: Simulator {
    package let server: SimulatedServer
    package let options: GitHubOptions
    /// The origin of archives. It must never receive a token.
    package let codeload: CodeloadSimulator

    let state: Awaitable<State>
    let git: GitRepository
    let sender: WebhookSender
    let contract: OpenAPIContract?
    private let background = AsyncStream.makeStream(of: (PendingDelivery, DeliveryDisorder.Fate).self)

    init(_ options: GitHubOptions = GitHubOptions()) async throws {
        self.options = options
        server = try await .bind()
        git = try await .create(defaultBranch: options.defaultBranch)
        state = Awaitable(State(options))
        codeload = CodeloadSimulator(server: try await .bind(), git: git, state: state)
        sender = WebhookSender(state: state, timeout: options.deliveryTimeout)
        contract = try SharedFolder.gitHubContract()
        let readme = NewCommit("Initial commit", ["README.md": .text("# \(options.repository)\n")])
        let root = try await git.commit([readme], by: options.pusher, onto: nil)
        try await git.setRef("refs/heads/\(options.defaultBranch)", to: root)
    }

    /// Serves until cancelled, then removes the repository.
    func run() async throws {
        defer { git.remove() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.server.run { await self.respond(to: $0) } }
            group.addTask { try? await self.codeload.run() }
            group.addTask { await self.deliverInBackground() }
        }
        try await sender.shutdown()
    }

    /// Sends a delivery in the background.
    func enqueue(_ delivery: PendingDelivery) {
        let fate = state.change { state in
            state.disorder?.concerns(delivery.event) == true ? state.disorder?.nextFate() : nil
        }
        background.continuation.yield((delivery, fate ?? DeliveryDisorder.Fate()))
    }

    var documents: Documents {
        let repository = state.value.repository
        return Documents(
            api: url, owner: repository.owner, name: repository.name, options: options, repositoryID: repository.id)
    }

    private func deliverInBackground() async {
        await withDiscardingTaskGroup { group in
            for await (delivery, fate) in background.stream {
                group.addTask {
                    try? await Task.sleep(for: fate.delay)
                    for _ in 0..<fate.copies where !Task.isCancelled { _ = await self.sender.send(delivery) }
                }
            }
        }
    }
}

extension GitHubSimulator {
    /// Handles a request to the REST API: rate limit, token, permission, endpoint, ETag, contract.
    private func respond(to original: SimulatedRequest) async -> SimulatedResponse {
        var request = original
        let isEnterprise = request.encodedPath.hasPrefix(Self.enterprisePrefix)
        if isEnterprise { request.encodedPath.removeFirst(Self.enterprisePrefix.count) }
        request.encodedPath = pathByName(request.encodedPath)
        var response = await answer(request)
        response = Self.withETag(response, to: request)
        if request.encodedPath != "/rate_limit", response.status != 304 {
            state.change { $0.rate.remaining = max($0.rate.remaining - 1, 0) }
        }
        let offset = state.value.clockOffset
        response.headers = response.headers.merging(state.value.rate.headers(clockOffset: offset)).merging([
            "Date": Timestamp.http(Date(timeIntervalSinceNow: offset)), "Server": "github.com",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Request-Id": String(UUID().uuidString.prefix(18)),
        ])
        if isEnterprise { response.headers["X-GitHub-Enterprise-Version"] = "3.14.0" }
        if let contract {
            let problems = contract.problems(of: request) + contract.problems(of: response, to: request)
            state.change { $0.violations += problems }
        }
        return response
    }

    private static let enterprisePrefix = "/api/v3"

    private func answer(_ request: SimulatedRequest) async -> SimulatedResponse {
        let access = AccessCheck(options: options, tokens: state.value.tokens)
        var caller: Token?
        var permission = Permission.none
        var response: SimulatedResponse
        do {
            caller = try access.caller(of: request)
            try checkRateLimit(request)
            try redirectPreviousNames(request)
            let (endpoint, parameters) = try route(request)
            permission = endpoint.permission
            try checkSingleSignOn(of: caller, for: permission)
            try access.authorize(caller, for: permission)
            let call = Endpoint.Call(request: request, parameters: parameters, documents: documents)
            response = try await endpoint.answer(self, call)
        } catch let error as GitHubErrorResponse {
            response = error.response
        } catch {
            response = GitHubErrorResponse(500, "\(error)").response
        }
        response.headers = response.headers.merging(access.headers(for: caller, permission))
        return response
    }

    private func route(_ request: SimulatedRequest) throws -> (Endpoint, [String: String]) {
        for endpoint in Endpoint.all where endpoint.method == request.method {
            guard let parameters = endpoint.pattern.match(request.encodedPath) else { continue }
            if let owner = parameters["owner"], let name = parameters["repo"] {
                let wanted = state.value.repository.fullName.lowercased()
                guard "\(owner)/\(name)".lowercased() == wanted else { throw GitHubErrorResponse.notFound }
            }
            return (endpoint, parameters)
        }
        throw GitHubErrorResponse.notFound
    }

    private func checkRateLimit(_ request: SimulatedRequest) throws {
        guard request.encodedPath != "/rate_limit" else { return }
        let exhausted = state.change { state in
            if state.rate.reset < Date() {
                state.rate = RateLimit(limit: state.rate.limit, remaining: state.rate.limit)
            }
            return state.rate.remaining == 0
        }
        if exhausted { throw GitHubErrorResponse(403, "API rate limit exceeded for user ID 1.") }
    }

    private static func withETag(_ response: SimulatedResponse, to request: SimulatedRequest) -> SimulatedResponse {
        guard request.method == .get, response.status == 200, let body = response.bytes else { return response }
        let digest = SHA256.hash(data: body).prefix(16).map { String($0, radix: 16) }.joined()
        let tag = "W/\"\(digest)\""
        var tagged = response
        tagged.headers["ETag"] = tag
        if request.headers["If-None-Match"] == tag { tagged = SimulatedResponse(status: 304, headers: tagged.headers) }
        return tagged
    }
}
