import NIOHTTP1
import ObserverEngine
import Simulators
import Testing

@Suite("Requests that no route matches")
struct UnmatchedRequestTests {
    private static let authorization = "Bearer \(ObserverSetup.adminToken)"

    @Test("a method that is not described gets 405 with the allowed ones, on every path")
    func methods() async throws {
        let operations = try APIDescription().operations
        try await withObserver(.administered) { world in
            for (path, group) in Dictionary(grouping: operations, by: \.path) {
                let allowed = Set(group.map(\.method))
                let expected = allowed.contains("GET") ? allowed.union(["HEAD"]) : allowed
                for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"]
                where !allowed.contains(method) {
                    let response = try await world.send(
                        HTTPMethod(rawValue: method), path.replacing("{id}", with: "1"),
                        authorization: Self.authorization)
                    #expect(response.status == 405, "\(method) \(path)")
                    let listed = response.headers["allow"]?.split(separator: ", ").map(String.init) ?? []
                    #expect(Set(listed) == expected && listed.count == expected.count, "\(method) \(path)")
                    #expect(response.json["error"]?.string?.isEmpty == false, "\(method) \(path)")
                }
            }
            #expect(world.gitHub.hooks().count == 1)
        }
    }

    @Test("the allowed methods are listed in a sentence")
    func sentence() async throws {
        try await withObserver(.administered) { world in
            for (path, methods) in [("/v1/engine", "GET and HEAD are"), ("/v1/actions", "POST is")] {
                let response = try await world.send(.PUT, path, authorization: Self.authorization)
                #expect(response.json["error"] == .string("Only \(methods) allowed here."))
            }
        }
    }

    @Test("an unknown path gets 404 with a sentence, cut and printable")
    func paths() async throws {
        try await withObserver(.administered) { world in
            for path in ["/", "/v1", "/v1/nothing", "/v1/deliveries/1/log", "/statu"] {
                let response = try await world.send(.get, path, authorization: Self.authorization)
                #expect(response.status == 404, "\(path)")
                #expect(response.json["error"] == .string("There is no \(path)."))
            }
            let long = try await world.send(.get, "/" + String(repeating: "x", count: 4000))
            #expect(long.status == 404 && long.text.utf8.count < 300)
        }
    }

    @Test("HEAD gets the status of GET without a body, and the connection stays usable")
    func head() async throws {
        try await withObserver(.administered) { world in
            for (path, status) in [("/status", 200), ("/v1/engine", 200), ("/nothing", 404), ("/dploy", 405)] {
                let response = try await world.send(.HEAD, path, authorization: Self.authorization)
                #expect(response.status == status && response.text.isEmpty, "\(path)")
            }
            #expect(try await world.send(.get, "/healthz").status == 200)
        }
    }

    @Test("without a token, the public port explains that the control API is missing")
    func withoutToken() async throws {
        try await withObserver { world in
            for path in ["/v1/engine", "/v1/actions", "/register", "/reset"] {
                let response = try await world.send(.get, path)
                #expect(response.status == 404)
                #expect(
                    response.json["error"]?.string
                        == "The control API is not available at this address: the observer was "
                        + "started without DPLOY_OBSERVER_ADMIN_TOKEN and -tokens.")
            }
        }
    }

    @Test(
        "an id or a number that is not written as described gets 400",
        arguments: ["99999999999999999999", "-9223372036854775809", "1.0", "+1", "01", "%201", "1e3", "x", "0x1"])
    func numbers(text: String) async throws {
        try await withObserver(.administered) { world in
            for path in [
                "/v1/deliveries/\(text)", "/v1/deployments/\(text)", "/v1/deployments/\(text)/log",
                "/v1/deliveries?before=\(text.replacing("+", with: "%2B"))",
                "/v1/deployments?limit=\(text.replacing("+", with: "%2B"))",
            ] {
                let response = try await world.send(.get, path, authorization: Self.authorization)
                #expect(response.status == 400, "\(path): \(response)")
                #expect(response.json["error"]?.string?.contains("whole number") == true, "\(response)")
            }
        }
    }

    @Test("the limits of an id are accepted, and unknown")
    func limits() async throws {
        try await withObserver(.administered) { world in
            for id in [Int64.min, -1, 0, Int64.max] {
                for path in ["/v1/deliveries/\(id)", "/v1/deployments/\(id)", "/v1/deployments/\(id)/log"] {
                    let response = try await world.send(.get, path, authorization: Self.authorization)
                    #expect(response.status == 404, "\(path): \(response)")
                }
                let page = try await world.send(.get, "/v1/deployments?before=\(id)", authorization: Self.authorization)
                #expect(page.status == 200 && page.text.hasPrefix("["), "\(page)")
            }
        }
    }

    @Test(
        "a malformed query gets 400",
        arguments: [
            "before=", "limit=0", "limit=501", "limit=-1", "limit=", "verdict=", "verdict=Accepted", "limit=1&limit=2",
            "verdict=ping&verdict=ping",
        ])
    func queries(query: String) async throws {
        try await withObserver(.administered) { world in
            let response = try await world.send(.get, "/v1/deliveries?\(query)", authorization: Self.authorization)
            #expect(response.status == 400, "\(response)")
            #expect(response.json["error"]?.string?.hasSuffix(".") == true)
        }
    }

    @Test("an action with another content type gets 415, one that is too large 413, and nothing happens")
    func contentTypes() async throws {
        try await withObserver(.administered) { world in
            for (type, status) in [
                ("application/json", 200), ("application/json; charset=utf-8", 200), (nil, 200),
                ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("json", 415),
            ] {
                let response = try await world.send(
                    .post, "/v1/actions", authorization: Self.authorization, body: #"{"resume":{}}"#, type: type)
                #expect(response.status == status, "\(type ?? "none"): \(response)")
                #expect((response.json["error"] == nil) == (status == 200))
            }
            let large = try await world.send(
                .post, "/v1/actions", authorization: Self.authorization, body: String(repeating: " ", count: 65_537))
            #expect(large.status == 413 && large.json["error"] == "The body is larger than 64 KiB.")
            #expect(try await !world.control().engine().isPaused)
        }
    }
}
