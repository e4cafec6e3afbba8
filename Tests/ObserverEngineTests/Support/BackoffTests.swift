import ObserverEngine
import Testing

@Suite("Backoff")
struct BackoffTests {
    private static let full: [Double] = [1, 2, 4, 8, 16, 32, 60, 60, 60]

    @Test("delays double up to the limit, less up to half of jitter")
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

    @Test("by default, delays start at a second and end at a minute")
    func defaults() {
        var backoff = Backoff()
        let delays = (0..<20).map { _ in backoff.delay() }
        #expect(delays.first.map { $0 <= .seconds(1) } == true)
        #expect(delays.allSatisfy { $0 <= .seconds(60) })
        #expect(delays.suffix(5).allSatisfy { $0 >= .seconds(30) })
    }
}
