import Testing

@testable import ObserverTUI

@Suite("Viewport")
struct ViewportTests {
    @Test("the selected row is always visible, and no space is wasted")
    func properties() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<5000 {
            let heights = (0..<Int.random(in: 1...20, using: &random)).map { _ in Int.random(in: 1...3, using: &random)
            }
            let space = Int.random(in: 3...15, using: &random)
            let selected = Int.random(in: 0..<heights.count, using: &random)
            let anchor = Int.random(in: 0...25, using: &random)
            let first = Viewport.first(
                count: heights.count, space: space, anchor: anchor, selected: selected, heightOf: { heights[$0] })
            #expect(first <= selected)
            #expect(heights[first...selected].reduce(0, +) <= space)
            if first > 0 { #expect(heights[(first - 1)...].reduce(0, +) > space || first == selected) }
        }
    }

    @Test("an anchor stays as long as the selected row is visible")
    func anchored() {
        let first = { (anchor: Int, selected: Int) in
            Viewport.first(count: 100, space: 10, anchor: anchor, selected: selected, heightOf: { _ in 1 })
        }
        #expect(first(20, 25) == 20)
        #expect(first(20, 19) == 19)
        #expect(first(20, 30) == 21)
        #expect(first(99, 99) == 90)
    }

    @Test("finds the row at a line, with rows of two lines")
    func rowAtLine() {
        let row = { Viewport.row(atLine: $0, first: 1, count: 4, heightOf: { $0 == 2 ? 2 : 1 }) }
        #expect((0...4).map(row) == [1, 2, 2, 3, nil])
    }
}
