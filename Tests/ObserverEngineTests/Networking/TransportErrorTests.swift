import AsyncHTTPClient
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Transport errors")
struct TransportErrorTests {
    private func error(
        of url: String, _ request: JSONRequest = JSONRequest(.get, "/x", query: [("token", "hush")]),
        limits: JSONClient.Limits = .init()
    ) async throws -> TransportError? {
        try await withEngineHTTP { http in
            let json = JSONClient(http: http, base: try ServiceURL(url))
            return await #expect(throws: TransportError.self) { try await json.send(request, limits: limits) }
        }
    }

    @Test("report a refused connection")
    func refused() async throws {
        // A port of the system's own, which no server of another test takes meanwhile.
        let error = try await error(of: "http://127.0.0.1:1")
        #expect(error?.description == "Can't reach http://127.0.0.1:1/x: connection refused.")
    }

    @Test("report an unknown host")
    func unknownHost() async throws {
        let error = try await error(of: "http://no-such-host.invalid:8080")
        #expect(
            error?.description
                == "Can't reach http://no-such-host.invalid:8080/x: unknown host no-such-host.invalid.")
    }

    @Test("are not retried by the HTTP client: callers retry")
    func noHiddenRetries() {
        #expect(HTTPClient.Configuration.observer().connectionPool.retryConnectionEstablishment == false)
    }

    @Test(
        "do not include a connection that the server closed in the moment of a GET; any other request is not repeated")
    func closedConnection() async throws {
        try await withSimulators { simulators in
            let server = simulators.mesosDNS
            server.inject(Fault(times: 1, effect: .reset))
            try await withEngineHTTP { http in
                let json = JSONClient(http: http, base: try ServiceURL(server.url))
                #expect(try await json.send(JSONRequest(.get, "/v1/version")).status == 200)
                #expect(server.requests(.get, "/v1/version").count == 2)
                server.inject(Fault(times: 1, effect: .reset))
                await #expect(throws: TransportError.self) { try await json.send(JSONRequest(.put, "/v1/version")) }
                #expect(server.requests(.put, "/v1/version").count == 1)
            }
        }
    }

    @Test("report a timeout")
    func timeout() async throws {
        try await withSimulators { simulators in
            simulators.mesosDNS.inject(Fault(effect: .hang))
            let url = simulators.mesosDNS.url
            let error = try await error(of: url, limits: .init(timeout: .milliseconds(200)))
            #expect(error?.description == "\(url)/x did not respond within 200 ms.")
        }
    }

    @Test("report a broken connection", arguments: [true, false])
    func reset(midway: Bool) async throws {
        try await withSimulators { simulators in
            simulators.mesosDNS.inject(Fault(effect: midway ? .resetMidway : .reset))
            let url = simulators.mesosDNS.url
            let error = try await error(of: url, JSONRequest(.get, "/v1/version"))
            let text = try #require(error).description
            #expect(text.hasPrefix("Can't reach \(url)/v1/version: "))
            #expect(!text.contains("HTTPClientError"))
            #expect(!text.contains("errno"))
        }
    }

    @Test(
        "explain errors of the HTTP client",
        arguments: [
            (HTTPClientError.readTimeout, "http://x did not respond within 1m 0s."),
            (.connectTimeout, "Can't reach http://x: connection timed out."),
            (.remoteConnectionClosed, "Can't reach http://x: connection closed before the response was complete."),
        ])
    func words(error: HTTPClientError, text: String) {
        #expect(TransportError(url: "http://x", underlying: error).description == text)
    }

    @Test("report a response that is too large")
    func tooLarge() async throws {
        try await withSimulators { simulators in
            simulators.mesosDNS.inject(
                Fault(effect: .status(200, body: String(repeating: "x", count: 2000))))
            let url = simulators.mesosDNS.url
            let error = try await error(of: url, limits: .init(size: 1000))
            #expect(error?.description == "The response from \(url)/x is larger than 1000 bytes.")
        }
    }

    @Test("report a timeout of the head of a streamed response")
    func openTimeout() async throws {
        try await withSimulators { simulators in
            simulators.mesosDNS.inject(Fault(effect: .hang))
            let url = simulators.mesosDNS.url
            try await withEngineHTTP { http in
                let json = JSONClient(http: http, base: try ServiceURL(url))
                let error = await #expect(throws: TransportError.self) {
                    try await json.open(JSONRequest(.get, "/x"), timeout: .milliseconds(200))
                }
                #expect(error?.description == "\(url)/x did not respond within 200 ms.")
            }
        }
    }

    @Test("do not include cancellation")
    func cancelled() async throws {
        try await withSimulators { simulators in
            simulators.mesosDNS.inject(Fault(effect: .hang))
            try await withEngineHTTP { http in
                let json = JSONClient(http: http, base: try ServiceURL(simulators.mesosDNS.url))
                await #expect(throws: CancellationError.self) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { _ = try await json.send(JSONRequest(.get, "/x")) }
                        group.cancelAll()
                        try await group.next()
                    }
                }
            }
        }
    }
}
