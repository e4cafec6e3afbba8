import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client of the control API, over its Unix socket or over TCP.
package struct ControlClient: Sendable {
    /// The engine did not respond or rejected the request.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        /// nil without a response.
        package let status: Int?
        package let description: String
        /// Whether there was not even a connection.
        package let isUnconnected: Bool

        package init(status: Int?, description: String, isUnconnected: Bool = false) {
            self.status = status
            self.description = description
            self.isUnconnected = isUnconnected
        }
    }

    private let json: JSONClient
    /// The path of the socket, or the URL.
    package let address: String
    /// Whether it sends a token.
    private let hasToken: Bool

    /// The header with the user who ran sudo, if there is one.
    package static let sudoUserHeader = "X-Observer-Sudo-User"

    /// - Parameters:
    ///   - socket: The path of the Unix socket.
    ///   - sudoUser: The user who ran this program with sudo.
    package init(http: HTTPTransport, socket: String, sudoUser: String? = nil) {
        address = socket
        hasToken = false
        json = JSONClient(
            http: http, base: ServiceURL(unixSocket: SocketPath.reachable(socket)),
            headers: sudoUser.map { [(Self.sudoUserHeader, $0.printable)] } ?? [])
    }

    package init(http: HTTPTransport, url: ServiceURL, token: Secret?) {
        address = url.description
        hasToken = token != nil
        json = JSONClient(http: http, base: url, authorization: token.map { Secret("Bearer \($0.value)") })
    }

    // MARK: - State

    package func engine() async throws -> EngineState { try await get("/v1/engine") }
    /// The operator that this client is.
    package func whoami() async throws -> Operator { try await get("/v1/whoami") }
    package func hook() async throws -> HookState { try await get("/v1/hook") }
    package func apps() async throws -> AppsReport { try await get("/v1/apps", timeout: Self.fetchTimeout) }
    /// The end of the output of each instance of an app.
    package func output(of app: String, lines: Int) async throws -> [AppOutput] {
        try await get("/v1/output", query: [("app", app), ("lines", String(lines))], timeout: Self.fetchTimeout)
    }
    /// Why an app runs what it runs.
    package func history(of app: String) async throws -> AppHistory {
        try await get("/v1/why", query: [("app", app)], timeout: Self.fetchTimeout)
    }
    /// The history of a commit, and why it does or does not run.
    package func history(ofCommit ref: String) async throws -> CommitHistory {
        try await get("/v1/commit", query: [("ref", ref)], timeout: Self.fetchTimeout)
    }
    package func log() async throws -> [LogLine] { try await get("/v1/log") }

    /// Newest first.
    package func deliveries(
        before id: Int64? = nil, verdict: DeliverySummary.Verdict? = nil, limit: Int = 100
    ) async throws -> [DeliverySummary] {
        var query = [("limit", String(limit))]
        if let id { query.append(("before", String(id))) }
        if let verdict { query.append(("verdict", verdict.rawValue)) }
        return try await get("/v1/deliveries", query: query)
    }

    package func delivery(_ id: Int64) async throws -> DeliveryDetail { try await get("/v1/deliveries/\(id)") }

    /// Newest first.
    package func deployments(before id: Int64? = nil, limit: Int = 100) async throws -> [DeploymentSummary] {
        try await get(
            "/v1/deployments", query: [("limit", String(limit))] + (id.map { [("before", String($0))] } ?? []))
    }

    /// - Returns: `ok`
    /// - Throws: `Failure` if the observer can't store anything, or does not respond.
    package func health() async throws -> String {
        struct Health: Decodable {
            let status: String
        }
        let health: Health = try await get("/healthz")
        return health.status
    }

    package func deployment(_ id: Int64) async throws -> DeploymentDetail { try await get("/v1/deployments/\(id)") }

    package func log(of deployment: Int64, after sequence: Int64 = 0) async throws -> [LogLine] {
        try await get("/v1/deployments/\(deployment)/log", query: [("after", String(sequence))])
    }

    /// The actions of operators, newest first.
    package func audit(before id: Int64? = nil, limit: Int = 100) async throws -> [AuditEntry] {
        try await get("/v1/audit", query: [("limit", String(limit))] + (id.map { [("before", String($0))] } ?? []))
    }

    /// Plans a deployment without changing anything.
    package func plan(_ request: PlanRequest) async throws -> PlanReport {
        let body = try JSONFormat.encoder.encode(request)
        // The source is fetched first.
        return try await exchange(JSONRequest(.post, "/v1/plan", body: body), timeout: .seconds(120))
    }

    // MARK: - Actions

    @discardableResult
    package func perform(_ action: ControlAction) async throws -> ActionAnswer {
        let body = try JSONFormat.encoder.encode(action)
        // An action may wait for a ping from GitHub. The observer gives up first, so that nothing happens after this limit.
        return try await exchange(JSONRequest(.post, "/v1/actions", body: body), timeout: .seconds(55))
    }

    // MARK: - Events

    /// A snapshot, then every change, until the observer ends the stream.
    /// - Parameter number: The last event that was received. The stream continues after it if the engine still has the
    ///   events since then.
    package func events(after number: String? = nil) async throws -> ControlEvents {
        try await open("/v1/events", headers: number.map { [("Last-Event-ID", $0)] } ?? [])
    }

    /// The last lines of an app, then every new one, until no instance of it runs any more.
    package func follow(_ app: String, lines: Int) async throws -> EventStream<OutputEvent> {
        try await open("/v1/output/events", query: [("app", app), ("lines", String(lines))])
    }

    private func open<Event>(
        _ path: String, query: [(String, String)] = [], headers: [(String, String)] = []
    ) async throws -> EventStream<Event> {
        let response: HTTPClientResponse
        do {
            response = try await json.open(
                JSONRequest(.get, path, query: query, headers: [("Accept", "text/event-stream")] + headers))
        } catch let error as TransportError {
            throw failure(error)
        }
        guard response.status == .ok else {
            let body = try? await response.body.collect(upTo: 64 * 1024)
            throw failure(
                JSONResponse(
                    status: Int(response.status.code), headers: response.headers,
                    body: body.map { Data($0.readableBytesView) } ?? Data()))
        }
        return EventStream(body: response.body, address: address)
    }

    // MARK: - Exchange

    /// For responses that may need the tree of a commit, which the engine fetches for at most 60 seconds.
    private static let fetchTimeout = Duration.seconds(70)

    private func get<Value: Decodable>(
        _ path: String, query: [(String, String)] = [], timeout: Duration = .seconds(20)
    ) async throws -> Value {
        try await exchange(JSONRequest(.get, path, query: query), timeout: timeout)
    }

    private func exchange<Value: Decodable>(_ request: JSONRequest, timeout: Duration) async throws -> Value {
        let response: JSONResponse
        do {
            response = try await json.send(request, limits: .init(timeout: timeout, size: 64 * 1024 * 1024))
        } catch let error as TransportError {
            throw failure(error)
        }
        guard response.isSuccess else { throw failure(response) }
        do {
            return try JSONFormat.decoder.decode(Value.self, from: response.body)
        } catch {
            throw Failure(
                status: response.status, description: "\(address) is not an observer, or runs an incompatible version.")
        }
    }

    private func failure(_ error: TransportError) -> Failure {
        switch error.reason {
        case .timedOut(let limit):
            return Failure(
                status: nil,
                description: "The observer at \(address) did not respond within \(limit.brief). Try again later.")
        case .unreachable("no such file or directory"), .unreachable("connection refused"):
            return Failure(status: nil, description: "No observer is running at \(address).", isUnconnected: true)
        case .unreachable("permission denied"):
            return Failure(
                status: nil,
                description: "Permission denied for the observer's socket \(address). Run the command as root or as "
                    + "the user of the observer, or use -url with a token.")
        default:
            return Failure(
                status: nil, description: "Can't connect to the observer at \(address): \(error.detail).",
                isUnconnected: true)
        }
    }

    private func failure(_ response: JSONResponse) -> Failure {
        struct Body: Decodable { let error: String }
        let sentence = (try? response.decode(Body.self))?.error
        let description =
            switch response.status {
            case 401 where hasToken:
                "The observer at \(address) rejected the token. Check DPLOY_OBSERVER_TOKEN or DPLOY_OBSERVER_ADMIN_TOKEN."
            case 401:
                "The observer at \(address) requires a token: export DPLOY_OBSERVER_TOKEN."
            default: sentence ?? "\(address) returned \(response.status); it may not be an observer."
            }
        return Failure(status: response.status, description: description)
    }
}

package typealias ControlEvents = EventStream<ControlEvent>

/// An event stream of the control API.
package struct EventStream<Event: Decodable & Sendable>: AsyncSequence, Sendable {
    /// An event with its number, from which the stream can be resumed.
    package struct Element: Sendable {
        package let number: String?
        package let event: Event
    }

    /// The observer sends at least a comment every five seconds.
    private static var silenceLimit: Duration { .seconds(15) }

    fileprivate typealias Events = ServerSentEvents<SilenceLimit<HTTPClientResponse.Body>>

    private let events: Events
    /// Of the observer, for people.
    package let address: String

    init(body: HTTPClientResponse.Body, address: String) {
        events = Events(body: SilenceLimit(of: body, Self.silenceLimit))
        self.address = address
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(events: events.makeAsyncIterator(), address: address)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var events: Events.Iterator
        private let address: String
        private let decoder = JSONFormat.decoder

        fileprivate init(events: Events.Iterator, address: String) {
            self.events = events
            self.address = address
        }

        /// - Throws: `ControlClient.Failure` when the connection is lost, `CancellationError`, `DecodingError`
        package mutating func next() async throws -> Element? {
            guard let next = try await nextEvent() else { return nil }
            return Element(number: next.id, event: try decoder.decode(Event.self, from: Data(next.data.utf8)))
        }

        private mutating func nextEvent() async throws -> ServerSentEvent? {
            do {
                return try await events.next()
            } catch {
                if error is CancellationError || Task.isCancelled { throw CancellationError() }
                let reason =
                    (error as? TimedOut).map { "nothing received for \($0.limit.brief)" }
                    ?? TransportError(url: address, underlying: error).detail
                throw ControlClient.Failure(
                    status: nil, description: "Lost the connection to the observer at \(address): \(reason).")
            }
        }
    }
}
