import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import ObserverEngine
import Simulators
import Testing

@Suite("The gate before the control API on the public port")
struct AdminGateTests {
    private func status(_ world: World, _ path: String, token: String?, method: HTTPMethod = .GET) async throws -> Int {
        var request = HTTPClientRequest(url: try await world.url() + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: token) }
        let response = try await HTTPClient.shared.execute(request, timeout: TimeAmount(.testTimeout))
        _ = try await response.body.collect(upTo: 1 << 20)
        return Int(response.status.code)
    }

    @Test("without an admin token there is no control API on the public port")
    func closed() async throws {
        try await withObserver { world in
            for (method, path) in [(HTTPMethod.GET, "/v1/engine"), (.POST, "/register"), (.POST, "/reset")] {
                let status = try await status(world, path, token: "Bearer x", method: method)
                #expect(status == 404, "\(path)")
            }
        }
    }

    @Test(
        "who does not know the token is turned away",
        arguments: [
            nil, "Bearer", "Bearer ", "Bearer wrong", "Basic \(ObserverSetup.adminToken)", ObserverSetup.adminToken,
        ])
    func refuses(token: String?) async throws {
        try await withObserver(.administered) { world in
            let reading = try await status(world, "/v1/engine", token: token)
            let removing = try await status(world, "/reset", token: token, method: .POST)
            #expect(reading == 401 && removing == 401)
            #expect(world.gitHub.hooks().count == 1)
        }
    }

    @Test("the word Bearer is read in any case", arguments: ["Bearer", "bearer", "BEARER"])
    func opens(scheme: String) async throws {
        try await withObserver(.administered) { world in
            let status = try await status(world, "/v1/engine", token: "\(scheme) \(ObserverSetup.adminToken)")
            #expect(status == 200)
        }
    }

    @Test("who guesses is put off, and what is public stays open to them")
    func putsOff() async throws {
        try await withObserver(.administered) { world in
            var statuses: [Int] = []
            for _ in 1...20 { statuses.append(try await status(world, "/v1/engine", token: "Bearer wrong")) }
            #expect(statuses.prefix(5) == [401, 401, 401, 401, 401])
            #expect(statuses.contains(429))
            #expect(try await status(world, "/status", token: nil) == 200)
        }
    }
}
