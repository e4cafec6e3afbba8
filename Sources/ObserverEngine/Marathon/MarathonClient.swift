import AsyncHTTPClient
import Foundation
import NIOHTTP1

/// Marathon's REST API, one method for each call.
/// Source: https://mesosphere.github.io/marathon/api-console/index.html
package struct MarathonClient: Sendable {
    /// A change that Marathon has started.
    package struct Change: Decodable, Equatable, Sendable {
        package let deploymentId: String
        package let version: String?
    }

    package let url: ServiceURL
    private let json: JSONClient
    private let access: MarathonAccess
    private let observe: @Sendable (DependencyObservation) -> Void
    private var deadline: ContinuousClock.Instant?

    /// - Parameter observe: Called after every request with its observation of Marathon.
    package init(
        http: HTTPTransport, url: ServiceURL, access: MarathonAccess,
        observe: @escaping @Sendable (DependencyObservation) -> Void = { _ in }
    ) {
        self.url = url
        self.observe = observe
        self.access = access
        json = JSONClient(
            http: http, base: url,
            headers: [("Accept", "application/json"), ("User-Agent", "dploy-observer/\(Version.current)")],
            authorization: access.current.authorization)
    }

    /// A client whose requests outlast the deadline by at most a second.
    func until(_ deadline: ContinuousClock.Instant) -> MarathonClient {
        var client = self
        client.deadline = deadline
        return client
    }

    /// The version of Marathon itself; needs the credentials.
    package func version() async throws -> String {
        let body: JSONValue = try await fetch(JSONRequest(.get, "/v2/info"), to: "read the version of Marathon")
        return body["version"]?.string ?? "unknown version"
    }

    // MARK: - Apps

    /// All apps with a label.
    package func apps(withLabel label: String) async throws -> [MarathonApp] {
        try await list(where: [("label", label)])
    }

    /// All apps with a label, and those of these ids without it that exist. Few of the latter are read one by one, many in
    /// one list, which may be of all apps of the cluster.
    func apps(withLabel label: String, and ids: [String]) async throws -> [MarathonApp] {
        let apps = try await apps(withLabel: label)
        let others = Set(ids).subtracting(apps.map(\.id))
        guard others.count > 20, let first = others.min(), let last = others.max() else {
            return apps + (try await single(others.sorted()))
        }
        // Marathon finds ids by a part of them. The first and the last one have the least in common.
        let listed = try await list(where: [("id", first.commonPrefix(with: last))])
        return apps + listed.filter { others.contains($0.id) }
    }

    /// Those of these apps that exist. Few are read one by one, many in one list of the apps with a label, which most of
    /// them have.
    func apps(_ ids: [String], mostWithLabel label: String) async throws -> [MarathonApp] {
        guard Self.isList(ids.count) else { return try await single(ids) }
        let wanted = Set(ids)
        return try await apps(withLabel: label, and: ids).filter { wanted.contains($0.id) }
    }

    /// Whether this number of apps is read in one list.
    static func isList(_ count: Int) -> Bool { count > 3 }

    private func single(_ ids: [String]) async throws -> [MarathonApp] {
        var apps: [MarathonApp] = []
        for id in ids { if let app = try await app(id) { apps.append(app) } }
        return apps
    }

    private func list(where conditions: [(String, String)]) async throws -> [MarathonApp] {
        try await fetch(
            JSONRequest(
                .get, "/v2/apps", query: conditions + [("embed", "apps.tasks"), ("embed", "apps.lastTaskFailure")]),
            to: "list the apps"
        ) { (body: JSONValue) in
            body["apps"]?.array?.compactMap(MarathonApp.init)
        }
    }

    /// One app with its tasks; nil if it does not exist.
    package func app(_ id: String) async throws -> MarathonApp? {
        do {
            return try await fetch(JSONRequest(.get, "/v2/apps" + id), to: "read the app \(id)") { (body: JSONValue) in
                body["app"].flatMap(MarathonApp.init)
            }
        } catch let error as MarathonError where error.reason == .notFound {
            return nil
        }
    }

    /// Creates and updates apps in one deployment. Fields missing from a definition are reset to Marathon's defaults (since
    /// Marathon 1.4; older versions keep the previous value).
    package func apply(_ definitions: [JSONValue], force: Bool) async throws -> Change {
        let request = JSONRequest(
            .put, "/v2/apps", query: [("partialUpdate", "false")] + Self.forced(force),
            body: Data(JSONValue.array(definitions).canonical.utf8))
        return try await fetch(
            request, to: "apply \(definitions.compactMap { $0["id"]?.string }.joined(separator: ", "))")
    }

    /// Creates or replaces one app, whatever deployment locks it.
    package func put(_ definition: JSONValue, at id: String) async throws {
        let request = JSONRequest(
            .put, "/v2/apps" + id, query: [("partialUpdate", "false"), ("force", "true")],
            body: Data(definition.canonical.utf8))
        let _: Change = try await fetch(request, to: "store the app \(id)")
    }

    package func removeApp(_ id: String, force: Bool) async throws -> Change {
        // For DELETE, Marathon's default is force=true.
        try await fetch(
            JSONRequest(.delete, "/v2/apps" + id, query: [("force", force ? "true" : "false")]),
            to: "remove the app \(id)")
    }

    // MARK: - Deployments

    /// Makes Marathon undo a running deployment with another deployment.
    package func rollBack(deployment id: String) async throws -> Change {
        try await fetch(
            JSONRequest(.delete, "/v2/deployments/\(id.segmentEncoded)"), to: "roll back the Marathon deployment \(id)")
    }

    /// The deployments in progress.
    package func deployments() async throws -> [MarathonDeployment] {
        try await fetch(JSONRequest(.get, "/v2/deployments"), to: "list Marathon's deployments") { (body: JSONValue) in
            body.array?.compactMap(MarathonDeployment.init)
        }
    }

    /// Why an app waits to be launched, in words; nil if it does not wait.
    package func launchDelay(of appID: String) async throws -> String? {
        let queue: LaunchQueue = try await fetch(JSONRequest(.get, "/v2/queue"), to: "read Marathon's launch queue")
        return queue.delay(of: appID)
    }

    // MARK: - Events

    /// The event stream; each element is one event. It ends, or throws, with the connection.
    func events(of types: [String]) async throws -> ServerSentEvents<HTTPClientResponse.Body> {
        // Marathon accepts only this header; the body has no end.
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
        try await fetch(request, to: operation) { $0 }
    }

    /// - Parameter read: Returns nil for a response without what was requested. Such a success is not from Marathon, and
    ///   does not mean that there is nothing.
    private func fetch<Body: Decodable, Value>(
        _ request: JSONRequest, to operation: String, _ read: (Body) -> Value?
    ) async throws -> Value {
        do {
            guard let value = read(try await exchange(request, to: operation)) else {
                throw MarathonError(operation: operation, url: url, reason: .unavailable(status: 200), retryAfter: nil)
            }
            observe(.answered)
            return value
        } catch let error as MarathonError {
            observe(error.observation)
            throw error
        }
    }

    private func exchange<Value: Decodable>(_ request: JSONRequest, to operation: String) async throws -> Value {
        let used = access.current
        var response = try await send(request, to: operation)
        if [401, 403].contains(response.status), await access.isRenewed(since: used) {
            response = try await send(request, to: operation)
        }
        guard response.isSuccess else { throw reader(operation, request).error(response) }
        do {
            return try response.decode()
        } catch is DecodingError {
            // A page of a proxy, or a truncated answer.
            throw MarathonError(
                operation: operation, url: url, reason: .unavailable(status: response.status), retryAfter: nil)
        }
    }

    private func send(_ request: JSONRequest, to operation: String) async throws -> JSONResponse {
        try await transported(operation) {
            var limits = JSONClient.Limits(size: 64 * 1024 * 1024)
            // The last attempt is made at the deadline itself.
            if let deadline { limits.timeout = min(limits.timeout, max(deadline - .now, .seconds(1))) }
            return try await json.send(request, limits: limits)
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
        // A rollback that already happened is not repeated, so that request may be sent again as well.
        let isRepeatable = request.method == .get || request.path.hasPrefix("/v2/deployments")
        return MarathonErrorReader(operation: operation, url: url, access: access, isRepeatable: isRepeatable)
    }
}
