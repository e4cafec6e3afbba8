import ObserverEngine
import Testing

@Suite("Delays before further tries")
struct BackoffTests {
    private static let full: [Double] = [1, 2, 4, 8, 16, 32, 60, 60, 60]

    @Test("double up to the limit, with jitter that takes up to half away")
    func doubling() {
        let clients = (0..<200).map { _ in
            var backoff = Backoff(first: .seconds(1), limit: .seconds(60))
            return Self.full.map { _ in backoff.delay().seconds }
        }
        for (index, full) in Self.full.enumerated() {
            let delays = clients.map { $0[index] }
            #expect(delays.allSatisfy { $0 >= full / 2 && $0 <= full })
            #expect(Set(delays).count > 1)
        }
    }

    @Test("begin with a second and end with a minute, where nothing else is said")
    func defaults() {
        var backoff = Backoff()
        let delays = (0..<20).map { _ in backoff.delay() }
        #expect(delays.first.map { $0 <= .seconds(1) } == true)
        #expect(delays.allSatisfy { $0 <= .seconds(60) })
        #expect(delays.suffix(5).allSatisfy { $0 >= .seconds(30) })
    }
}
