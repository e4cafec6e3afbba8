import ObserverEngine
import ObserverTUI

/// One field of a table: text from anywhere, made harmless for a terminal.
struct Cell: Equatable {
    private(set) var text: String
    let tint: Tint

    init(_ text: String?, _ tint: Tint = .plain) {
        self.text = (text ?? "").printable
        self.tint = tint
    }

    var columns: Int { text.unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// Cut at the end, with `…`, where it takes more columns.
    func cut(to width: Int) -> Cell {
        guard columns > width else { return self }
        var cut = self
        var left = width - 1
        let kept = text.unicodeScalars.prefix { scalar in
            left -= scalar.columns
            return left >= 0
        }
        cut.text = width > 0 ? String(kept) + "…" : ""
        return cut
    }
}

extension Unicode.Scalar {
    fileprivate var columns: Int {
        switch DisplayWidth(self) {
        case .zero: 0
        case .one, .unknown: 1
        case .two: 2
        }
    }
}
