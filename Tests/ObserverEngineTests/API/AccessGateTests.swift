import ObserverEngine
import Simulators
import Testing

@Suite("Access to the control API")
struct AccessGateTests {
    @Test("the control API is not on the public port without a token")
    func closed() async throws {
        try await withObserver { world in
            for (method, path) in [(RequestMethod.get, "/v1/engine"), (.post, "/register"), (.post, "/reset")] {
                let response = try await world.send(method, path, authorization: "Bearer x")
                #expect(response.status == 404, "\(path)")
            }
        }
    }

    @Test(
        "a request with a missing or wrong token is rejected",
        arguments: [
            nil, "Bearer", "Bearer ", "Bearer wrong", "Basic \(ObserverSetup.adminToken)", ObserverSetup.adminToken,
        ])
    func rejects(token: String?) async throws {
        try await withObserver(.administered) { world in
            let reading = try await world.send(.get, "/v1/engine", authorization: token)
            let removing = try await world.send(.post, "/reset", authorization: token)
            #expect(reading.status == 401 && removing.status == 401)
            #expect(world.gitHub.hooks().count == 1)
        }
    }

    @Test("the Bearer scheme is accepted in any case", arguments: ["Bearer", "bearer", "BEARER"])
    func accepts(scheme: String) async throws {
        try await withObserver(.administered) { world in
            let authorization = "\(scheme) \(ObserverSetup.adminToken)"
            let answer = try await world.send(.get, "/v1/engine", authorization: authorization)
            #expect(answer.status == 200)
        }
    }

    @Test(
        "an address that guesses tokens has to wait, but may use public routes, and the right token is always accepted")
    func limitsAttempts() async throws {
        try await withObserver(.administered) { world in
            var responses: [ServerResponse] = []
            for _ in 1...20 {
                responses.append(try await world.send(.get, "/v1/engine", authorization: "Bearer wrong"))
            }
            #expect(responses.prefix(5).map(\.status) == [401, 401, 401, 401, 401])
            let blocked = try #require(responses.first { $0.status == 429 })
            #expect(blocked.headers["retry-after"] == "1")
            #expect(blocked.json["error"] == "Too many requests without a valid token; retry in 1 s.")
            let answer = try await world.send(.get, "/status")
            #expect(answer.status == 200)
            let right = try await world.send(
                .get, "/v1/engine", authorization: "Bearer \(ObserverSetup.adminToken)")
            #expect(right.status == 200)
            let lines = world.log.all.filter { $0.contains("no valid token") }
            #expect(lines.count == 1)
        }
    }
}

@Suite("Rate limit of wrong tokens")
struct AttemptLimiterTests {
    private let start = ContinuousClock.now

    private func exhausted() -> AttemptLimiter {
        var limiter = AttemptLimiter()
        for _ in 1...5 { _ = limiter.noteFailure(IPAddress("10.0.0.1"), at: start) }
        return limiter
    }

    @Test("an address has to wait after five failures")
    func burst() {
        var limiter = AttemptLimiter()
        for _ in 1...5 { #expect(limiter.noteFailure(IPAddress("10.0.0.1"), at: start) == .zero) }
        for _ in 1...9 { #expect(limiter.noteFailure(IPAddress("10.0.0.1"), at: start) == .seconds(1)) }
    }

    @Test("a blocked address may try once more after each second")
    func recovers() {
        var limiter = exhausted()
        #expect(limiter.noteFailure(IPAddress("10.0.0.1"), at: start + .milliseconds(750)) == .milliseconds(250))
        #expect(limiter.noteFailure(IPAddress("10.0.0.1"), at: start + .seconds(1)) == .zero)
        #expect(limiter.noteFailure(IPAddress("10.0.0.1"), at: start + .seconds(1)) > .zero)
    }

    @Test("another address is not affected")
    func others() {
        var limiter = exhausted()
        #expect(limiter.noteFailure(IPAddress("10.0.0.2"), at: start) == .zero)
    }

    @Test("memory is bounded for any number of addresses, and the oldest is evicted first")
    func eviction() {
        var limiter = exhausted()
        for number in 1...2000 {
            _ = limiter.noteFailure(
                IPAddress("10.1.\(number / 256).\(number % 256)"), at: start + .milliseconds(number / 10))
        }
        #expect(limiter.noteFailure(IPAddress("10.0.0.1"), at: start + .milliseconds(200)) == .zero)
    }
}
