import ObserverEngine
import Simulators
import Testing

@Suite("Admin token")
struct AdminGateTests {
    @Test("the control API is not on the public port if no admin token is set")
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

    @Test("an address that guesses tokens is blocked from the control API, but not from public routes")
    func limitsAttempts() async throws {
        try await withObserver(.administered) { world in
            var statuses: [Int] = []
            for _ in 1...20 {
                statuses.append(try await world.send(.get, "/v1/engine", authorization: "Bearer wrong").status)
            }
            #expect(statuses.prefix(5) == [401, 401, 401, 401, 401])
            #expect(statuses.contains(429))
            let answer = try await world.send(.get, "/status")
            #expect(answer.status == 200)
        }
    }
}

@Suite("Rate limit of wrong tokens")
struct AttemptLimiterTests {
    private let start = ContinuousClock.now

    private func exhausted() -> AttemptLimiter {
        var limiter = AttemptLimiter()
        for _ in 1...5 { limiter.noteFailure(IPAddress("10.0.0.1"), at: start) }
        return limiter
    }

    @Test("an address is blocked after five failures")
    func burst() {
        var limiter = AttemptLimiter()
        for _ in 1...5 {
            #expect(limiter.mayTry(IPAddress("10.0.0.1"), at: start))
            limiter.noteFailure(IPAddress("10.0.0.1"), at: start)
        }
        #expect(!limiter.mayTry(IPAddress("10.0.0.1"), at: start))
    }

    @Test("a blocked address may try once more after each second")
    func recovers() {
        var limiter = exhausted()
        #expect(!limiter.mayTry(IPAddress("10.0.0.1"), at: start + .milliseconds(900)))
        #expect(limiter.mayTry(IPAddress("10.0.0.1"), at: start + .seconds(1)))
        limiter.noteFailure(IPAddress("10.0.0.1"), at: start + .seconds(1))
        #expect(!limiter.mayTry(IPAddress("10.0.0.1"), at: start + .seconds(1)))
    }

    @Test("another address is not affected")
    func others() {
        #expect(exhausted().mayTry(IPAddress("10.0.0.2"), at: start))
    }

    @Test("memory is bounded for any number of addresses, and the oldest is evicted first")
    func eviction() {
        var limiter = exhausted()
        for number in 1...2000 {
            limiter.noteFailure(
                IPAddress("10.1.\(number / 256).\(number % 256)"), at: start + .milliseconds(number / 10))
        }
        #expect(limiter.mayTry(IPAddress("10.0.0.1"), at: start + .milliseconds(200)))
    }
}
