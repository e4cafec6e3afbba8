package import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client of the control API, over its Unix socket or over TCP.
package struct ControlClient: Sendable {
    /// The engine did not tell or do what it was asked for.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        /// nil where no answer came.
        package let status: Int?
        package let description: String
    }

    private let json: JSONClient
    private let place: String

    /// - Parameter socket: The path of the Unix socket.
    package init(http: HTTPClient, socket: String) {
        place = socket
        json = JSONClient(http: http, base: ServiceURL(unixSocket: SocketPath.reachable(socket)))
    }

    package init(http: HTTPClient, url: ServiceURL, token: Secret?) {
        place = url.description
        json = JSONClient(http: http, base: url, authorization: token.map { Secret("Bearer \($0.value)") })
    }

    // MARK: - What is

    package func engine() async throws -> EngineState { try await get("/v1/engine") }
    package func hook() async throws -> HookState { try await get("/v1/hook") }
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

    package func deployment(_ id: Int64) async throws -> DeploymentDetail { try await get("/v1/deployments/\(id)") }

    package func log(of deployment: Int64, after sequence: Int64 = 0) async throws -> [LogLine] {
        try await get("/v1/deployments/\(deployment)/log", query: [("after", String(sequence))])
    }

    // MARK: - What is done

    /// - Returns: What was done, as a sentence.
    package func perform(_ action: ControlAction) async throws -> String {
        let body = try JSONFormat.encoder.encode(action)
        // An action may wait for GitHub's ping.
        let answer: ActionAnswer = try await exchange(
            JSONRequest(.post, "/v1/actions", body: body), timeout: .seconds(120))
        return answer.result
    }

    // MARK: - Events

    /// A snapshot, then every change, until the connection is lost.
    /// - Parameter number: Of the last event that was read: the stream goes on after it where the engine still can.
    package func events(after number: String? = nil) async throws -> ControlEvents {
        let request = JSONRequest(
            .get, "/v1/events",
            headers: [("Accept", "text/event-stream")] + (number.map { [("Last-Event-ID", $0)] } ?? []))
        let response: HTTPClientResponse
        do {
            response = try await json.open(request)
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
        return ControlEvents(body: response.body)
    }

    // MARK: - Exchange

    private func get<Value: Decodable>(_ path: String, query: [(String, String)] = []) async throws -> Value {
        try await exchange(JSONRequest(.get, path, query: query), timeout: .seconds(20))
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
            throw Failure(status: response.status, description: "\(place) is no observer, or one of another version.")
        }
    }

    private func failure(_ error: TransportError) -> Failure {
        Failure(status: nil, description: "No observer answers at \(place): \(error.detail).")
    }

    private func failure(_ response: JSONResponse) -> Failure {
        struct Body: Decodable { let error: String }
        let sentence = (try? response.decode(Body.self))?.error
        return Failure(status: response.status, description: sentence ?? "\(place) answers \(response.status).")
    }
}
