/// A line of a report that is redrawn in place, and how much it matters where a terminal has too few rows for all lines.
struct RankedLine: Equatable {
    /// From the most to the least important.
    enum Rank: Int, Comparable {
        /// The running commit, and the headings of a table.
        case lead
        /// A deployment that waits or runs.
        case active
        case problem
        case detail
        /// A detail that hardly ever changes.
        case minor

        static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    let text: String
    let rank: Rank

    init(_ text: String, _ rank: Rank) {
        self.text = text
        self.rank = rank
    }
}

extension RankedLine.Rank {
    /// The rank of a line that is important only by its tint.
    init(_ tint: Tint) {
        self = tint == .bad || tint == .caution ? .problem : .detail
    }
}

extension [RankedLine] {
    /// The most important lines, in their order, and in the last row how many are missing. Empty lines go first.
    /// - Parameter rows: nil for any number.
    func fitted(to rows: Int?, in style: TextStyle) -> [String] {
        guard let rows, count > rows else { return map(\.text) }
        let lines = filter { !$0.text.isEmpty }
        guard lines.count > rows, rows > 1 else { return lines.prefix(Swift.max(1, rows)).map(\.text) }
        // The first ones among equal lines.
        let order = lines.indices.sorted { left, right in
            (lines[left].rank, left) < (lines[right].rank, right)
        }
        let kept = order.prefix(rows - 1).sorted()
        let cut = lines.count - kept.count
        return kept.map { lines[$0].text }
            + [style.paint("… \(cut) more \(cut == 1 ? "line" : "lines"); the terminal has too few rows", .faint)]
    }
}
