import Crypto
import Foundation

extension GitHubSimulator {
    /// One request of the REST API: budget, token, permission, endpoint, entity tag, contract.
    func respond(to original: SimulatedRequest) async -> SimulatedResponse {
        var request = original
        let isEnterprise = request.encodedPath.hasPrefix(Self.enterprisePrefix)
        if isEnterprise { request.encodedPath.removeFirst(Self.enterprisePrefix.count) }
        var response = await answer(request)
        response = Self.withEntityTag(response, to: request)
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
            try checkBudget(request)
            let (endpoint, parameters) = try route(request)
            permission = endpoint.permission
            try access.authorize(caller, for: permission)
            let call = Endpoint.Call(request: request, parameters: parameters, documents: documents)
            response = try await endpoint.answer(self, call)
        } catch let refusal as Refusal {
            response = refusal.response
        } catch {
            response = Refusal(500, "\(error)").response
        }
        response.headers = response.headers.merging(access.headers(for: caller, permission))
        return response
    }

    private func route(_ request: SimulatedRequest) throws -> (Endpoint, [String: String]) {
        for endpoint in Endpoint.all where endpoint.method == request.method {
            guard let parameters = endpoint.pattern.match(request.encodedPath) else { continue }
            if let owner = parameters["owner"], let name = parameters["repo"] {
                let wanted = "\(options.owner)/\(options.repository)".lowercased()
                guard "\(owner)/\(name)".lowercased() == wanted else { throw Refusal.notFound }
            }
            return (endpoint, parameters)
        }
        throw Refusal.notFound
    }

    private func checkBudget(_ request: SimulatedRequest) throws {
        guard request.encodedPath != "/rate_limit" else { return }
        let exhausted = state.change { state in
            if state.rate.reset < Date() {
                state.rate = RateLimit(limit: state.rate.limit, remaining: state.rate.limit)
            }
            return state.rate.remaining == 0
        }
        if exhausted { throw Refusal(403, "API rate limit exceeded for user ID 1.") }
    }

    private static func withEntityTag(_ response: SimulatedResponse, to request: SimulatedRequest) -> SimulatedResponse
    {
        guard request.method == .get, response.status == 200, let body = response.bytes else { return response }
        let digest = SHA256.hash(data: body).prefix(16).map { String($0, radix: 16) }.joined()
        let tag = "W/\"\(digest)\""
        var tagged = response
        tagged.headers["ETag"] = tag
        if request.headers["If-None-Match"] == tag { tagged = SimulatedResponse(status: 304, headers: tagged.headers) }
        return tagged
    }
}
