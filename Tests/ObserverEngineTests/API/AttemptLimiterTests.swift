import ObserverEngine
import Testing

@Suite("The limit of wrong tokens")
struct AttemptLimiterTests {
    private let start = ContinuousClock.now

    private func exhausted() -> AttemptLimiter {
        var limiter = AttemptLimiter()
        for _ in 1...5 { limiter.noteFailure(IPAddress("10.0.0.1"), at: start) }
        return limiter
    }

    @Test("an address may fail five times at once, then not again")
    func burst() {
        var limiter = AttemptLimiter()
        for _ in 1...5 {
            #expect(limiter.mayTry(IPAddress("10.0.0.1"), at: start))
            limiter.noteFailure(IPAddress("10.0.0.1"), at: start)
        }
        #expect(!limiter.mayTry(IPAddress("10.0.0.1"), at: start))
    }

    @Test("each second forgives one failure")
    func forgives() {
        var limiter = exhausted()
        #expect(!limiter.mayTry(IPAddress("10.0.0.1"), at: start + .milliseconds(900)))
        #expect(limiter.mayTry(IPAddress("10.0.0.1"), at: start + .seconds(1)))
        limiter.noteFailure(IPAddress("10.0.0.1"), at: start + .seconds(1))
        #expect(!limiter.mayTry(IPAddress("10.0.0.1"), at: start + .seconds(1)))
    }

    @Test("another address is not held responsible")
    func others() {
        #expect(exhausted().mayTry(IPAddress("10.0.0.2"), at: start))
    }

    @Test("a crowd of addresses takes bounded memory, and the oldest are forgotten first")
    func crowd() {
        var limiter = exhausted()
        for number in 1...2000 {
            limiter.noteFailure(
                IPAddress("10.1.\(number / 256).\(number % 256)"), at: start + .milliseconds(number / 10))
        }
        #expect(limiter.mayTry(IPAddress("10.0.0.1"), at: start + .milliseconds(200)))
    }
}
