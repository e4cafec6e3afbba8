import ObserverEngine
import Testing

@Suite("The room for large bodies")
struct BodyBudgetTests {
    private let budget = BodyBudget(limit: 100)
    private let free = BodyBudget.free

    @Test("whoever has been sending for longest makes room")
    func oldest() async throws {
        let (first, second, third) = (budget.share(), budget.share(), budget.share())
        #expect(first.grow(to: free + 30))
        #expect(second.grow(to: free + 60))
        #expect(third.grow(to: free + 10))
        #expect(third.grow(to: free + 40))
        try await first.isEvicted.get()
        #expect(!first.grow(to: free + 31))
        #expect(second.grow(to: free + 60))
        // Nobody older is left.
        #expect(!second.grow(to: free + 61))
        #expect(third.grow(to: free + 100))
    }

    @Test("what is complete stays, and gives its room back at its end")
    func complete() {
        let late = budget.share()
        do {
            let first = budget.share()
            #expect(first.grow(to: free + 100))
            first.complete()
            #expect(!late.grow(to: free + 1))
        }
        #expect(budget.share().grow(to: free + 100))
    }

    @Test("what is small is not counted")
    func small() {
        let shares = (0..<10).map { _ in budget.share() }
        for share in shares { #expect(share.grow(to: free)) }
        #expect(budget.share().grow(to: free + 100))
        for share in shares { #expect(share.grow(to: free)) }
    }
}
