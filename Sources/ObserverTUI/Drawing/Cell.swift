/// One column of one row: a character with up to two combining marks, or the right half of a wide one.
struct Cell: Hashable, Sendable {
    static let blank = Cell(" ")

    var base: Unicode.Scalar
    private(set) var firstMark: Unicode.Scalar?
    private(set) var secondMark: Unicode.Scalar?
    var isWide = false
    /// The right half of the wide character in the column before.
    var isContinuation = false
    var style: Style

    init(_ base: Unicode.Scalar, style: Style = .plain) {
        self.base = base
        self.style = style
    }

    static func continuation(style: Style) -> Cell {
        var cell = Cell(" ", style: style)
        cell.isContinuation = true
        return cell
    }

    /// Further marks than two are dropped: they only serve to paint over the neighbours.
    mutating func combine(_ mark: Unicode.Scalar) {
        if firstMark == nil {
            firstMark = mark
        } else if secondMark == nil {
            secondMark = mark
        }
    }

    var scalars: [Unicode.Scalar] {
        [base, firstMark, secondMark].compactMap { $0 }
    }
}
