import ObserverEngine
import Testing

@Suite("The memory for large bodies")
struct BodyMemoryLimitTests {
    private let limit = BodyMemoryLimit(bytes: 100)
    private let free = BodyMemoryLimit.free

    @Test("the oldest incomplete body is evicted")
    func oldest() async throws {
        let isEvicted = Latch<Void>()
        let (first, second, third) = (limit.share { isEvicted.set(()) }, limit.share {}, limit.share {})
        #expect(first.grow(to: free + 30))
        #expect(second.grow(to: free + 60))
        #expect(third.grow(to: free + 10))
        #expect(third.grow(to: free + 40))
        try await isEvicted.get()
        #expect(!first.grow(to: free + 31))
        #expect(second.grow(to: free + 60))
        // No older body is left.
        #expect(!second.grow(to: free + 61))
        #expect(third.grow(to: free + 100))
    }

    @Test("a complete body is not evicted, and releases its memory at its end")
    func complete() {
        let late = limit.share {}
        do {
            let first = limit.share {}
            #expect(first.grow(to: free + 100))
            first.complete()
            #expect(!late.grow(to: free + 1))
        }
        #expect(limit.share {}.grow(to: free + 100))
    }

    @Test("small bodies are not counted")
    func small() {
        let shares = (0..<10).map { _ in limit.share {} }
        for share in shares { #expect(share.grow(to: free)) }
        #expect(limit.share {}.grow(to: free + 100))
        for share in shares { #expect(share.grow(to: free)) }
    }
}
