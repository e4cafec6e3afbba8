package import AsyncHTTPClient
import Foundation
import NIOHTTP1

/// Marathon's REST API: one method for each call that we make.
/// Source: https://mesosphere.github.io/marathon/api-console/index.html
package struct MarathonClient: Sendable {
    /// A change that Marathon has begun.
    package struct Change: Decodable, Equatable, Sendable {
        package let deploymentId: String
        package let version: String?
    }

    package let url: ServiceURL
    private let json: JSONClient
    private var deadline: ContinuousClock.Instant?

    package init(http: HTTPClient, url: ServiceURL, credentials: MarathonCredentials) {
        self.url = url
        json = JSONClient(
            http: http, base: url,
            headers: [("Accept", "application/json"), ("User-Agent", "dploy-observer/\(Version.current)")],
            authorization: credentials.authorization)
    }

    /// A client whose exchanges do not outlast the deadline by more than a second.
    func until(_ deadline: ContinuousClock.Instant) -> MarathonClient {
        var client = self
        client.deadline = deadline
        return client
    }

    /// The version of Marathon itself; asking needs the credentials.
    package func version() async throws -> String {
        let body: JSONValue = try await fetch(JSONRequest(.get, "/v2/info"), to: "ask for its version")
        return body["version"]?.string ?? "of unknown version"
    }

    // MARK: - Apps

    /// All apps that bear a label.
    package func apps(withLabel label: String) async throws -> [MarathonApp] {
        let body: JSONValue = try await fetch(
            JSONRequest(.get, "/v2/apps", query: [("label", label), ("embed", "apps.tasks")]), to: "list the apps")
        return (body["apps"]?.array ?? []).compactMap(MarathonApp.init)
    }

    /// One app with its tasks; nil where there is none.
    package func app(_ id: String) async throws -> MarathonApp? {
        let operation = "read the app \(id)"
        do {
            let body: JSONValue = try await fetch(JSONRequest(.get, "/v2/apps" + id), to: operation)
            guard let app = body["app"].flatMap(MarathonApp.init) else {
                // A success that says nothing is not Marathon's, and no word on whether the app is there.
                throw MarathonError(operation: operation, url: url, reason: .unavailable(status: 200), retryAfter: nil)
            }
            return app
        } catch let error as MarathonError where error.reason == .notFound {
            return nil
        }
    }

    /// Creates and updates apps in one deployment. Fields that a definition does not have fall back to Marathon's
    /// defaults (since Marathon 1.4; older ones keep the former value).
    package func apply(_ definitions: [JSONValue], force: Bool) async throws -> Change {
        let request = JSONRequest(
            .put, "/v2/apps", query: [("partialUpdate", "false")] + Self.forced(force),
            body: Data(JSONValue.array(definitions).canonical.utf8))
        return try await fetch(
            request, to: "apply \(definitions.compactMap { $0["id"]?.string }.joined(separator: ", "))")
    }

    package func removeApp(_ id: String, force: Bool) async throws -> Change {
        // Here force is on unless it is switched off.
        try await fetch(
            JSONRequest(.delete, "/v2/apps" + id, query: [("force", force ? "true" : "false")]),
            to: "remove the app \(id)")
    }

    // MARK: - Deployments

    /// Makes Marathon go back to what was before a running deployment, by another deployment.
    package func rollBack(deployment id: String) async throws -> Change {
        try await fetch(
            JSONRequest(.delete, "/v2/deployments/\(id.segmentEncoded)"), to: "roll back the Marathon deployment \(id)")
    }

    /// Those that are under way.
    package func deployments() async throws -> [MarathonDeployment] {
        let body: JSONValue = try await fetch(JSONRequest(.get, "/v2/deployments"), to: "list Marathon's deployments")
        return (body.array ?? []).compactMap(MarathonDeployment.init)
    }

    /// Why an app waits to be launched, in words; nil where it does not wait.
    package func launchDelay(of appID: String) async throws -> String? {
        let queue: LaunchQueue = try await fetch(JSONRequest(.get, "/v2/queue"), to: "read Marathon's launch queue")
        return queue.delay(of: appID)
    }

    // MARK: - Events

    /// The event stream; each element is one event. It ends, or throws, with the connection.
    package func events(of types: [String]) async throws -> ServerSentEvents {
        // The header must be exactly this, and the body comes for as long as it likes.
        let request = JSONRequest(
            .get, "/v2/events", query: types.map { ("event_type", $0) } + [("plan-format", "light")],
            headers: [("Accept", "text/event-stream")])
        let response = try await transported("listen to Marathon's events") { try await json.open(request) }
        guard response.status == .ok else {
            throw reader("listen to Marathon's events", request).error(
                JSONResponse(status: Int(response.status.code), headers: response.headers, body: Data()))
        }
        return ServerSentEvents(body: response.body)
    }

    // MARK: - Exchange

    private static func forced(_ force: Bool) -> [(String, String)] {
        force ? [("force", "true")] : []
    }

    private func fetch<Value: Decodable>(_ request: JSONRequest, to operation: String) async throws -> Value {
        let response = try await transported(operation) {
            var limits = JSONClient.Limits(size: 64 * 1024 * 1024)
            // The last try is made at the deadline itself.
            if let deadline { limits.timeout = min(limits.timeout, max(deadline - .now, .seconds(1))) }
            return try await json.send(request, limits: limits)
        }
        guard response.isSuccess else { throw reader(operation, request).error(response) }
        do {
            return try response.decode()
        } catch is DecodingError {
            // A proxy's page, or an answer cut short.
            throw MarathonError(
                operation: operation, url: url, reason: .unavailable(status: response.status), retryAfter: nil)
        }
    }

    private func transported<Value>(_ operation: String, _ exchange: () async throws -> Value) async throws -> Value {
        do {
            return try await exchange()
        } catch let error as TransportError {
            throw MarathonError(operation: operation, url: url, reason: .unreachable(error), retryAfter: nil)
        }
    }

    private func reader(_ operation: String, _ request: JSONRequest) -> MarathonErrorReader {
        // What is rolled back already is not rolled back once more, so that may be sent again as well.
        let isRepeatable = request.method == .get || request.path.hasPrefix("/v2/deployments")
        return MarathonErrorReader(operation: operation, url: url, isRepeatable: isRepeatable)
    }
}
