/// A way to go in a list or a text.
enum Movement: Hashable, Sendable {
    case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last

    /// The index to go to, among `count`, when `page` fit on the screen.
    func target(from index: Int, count: Int, page: Int) -> Int {
        let page = max(1, page)
        let target =
            switch self {
            case .up: index - 1
            case .down: index + 1
            case .pageUp: index - page
            case .pageDown: index + page
            case .halfPageUp: index - max(1, page / 2)
            case .halfPageDown: index + max(1, page / 2)
            case .first: 0
            case .last: count - 1
            }
        return min(max(0, target), max(0, count - 1))
    }
}
