import Testing

@testable import ObserverTUI

@Suite("Scrolling by rows")
struct ScrollPointTests {
    @Test("every row can be reached, and the end is at the bottom")
    func reachable() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<2000 {
            let heights = (0..<Int.random(in: 1...8, using: &random)).map { _ in Int.random(in: 1...9, using: &random) }
            let space = Int.random(in: 1...6, using: &random)
            let all = heights.reduce(0, +)
            let last = ScrollPoint.last(count: heights.count, space: space) { heights[$0] }
            #expect(offset(of: last, heights) == max(0, all - space))
            for rows in 0...all {
                let point = ScrollPoint().moved(by: rows, count: heights.count) { heights[$0] }
                #expect(offset(of: point, heights) == rows)
                let back = point.moved(by: -rows, count: heights.count) { heights[$0] }
                #expect(back == ScrollPoint())
            }
        }
    }

    @Test("does not move before the start")
    func start() {
        #expect(ScrollPoint(item: 1).moved(by: -9, count: 2) { _ in 3 } == ScrollPoint())
        #expect(ScrollPoint.last(count: 0, space: 5) { _ in 1 } == ScrollPoint())
    }

    private func offset(of point: ScrollPoint, _ heights: [Int]) -> Int {
        heights[..<point.item].reduce(0, +) + point.row
    }
}
