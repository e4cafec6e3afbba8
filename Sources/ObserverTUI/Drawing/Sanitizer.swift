/// Turns untrusted text into cells. The result can't control the terminal or shift a column.
///
/// Control characters become visible symbols, line breaks and tabs become spaces, bidirectional overrides and
/// unassigned characters become `U+FFFD`. An emoji sequence is cut to its first emoji; a flag becomes two letters.
enum Sanitizer {
    static func cells(of text: String, style: Style = .plain) -> [Cell] {
        var cells: [Cell] = []
        cells.reserveCapacity(text.utf8.count)
        var previous: Unicode.Scalar = " "
        var baseIsEmoji = false
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            if (0x20...0x7E).contains(scalar.value) {
                baseIsEmoji = false
                cells.append(Cell(scalar, style: style))
                continue
            }
            if baseIsEmoji, previous == joiner || scalar.properties.isEmojiModifier { continue }
            switch reading(of: scalar) {
            case .space where scalar == "\n" && previous == "\r": break
            case .space: cells.append(Cell(" ", style: style))
            case .nothing: break
            case .mark: attach(scalar, to: &cells)
            case .shown(let shown, let isWide):
                baseIsEmoji = (isWide || shown.value >= 0x2190) && shown.properties.isEmoji
                append(shown, isWide: isWide, style: style, to: &cells)
            }
        }
        return cells
    }

    private static let joiner: Unicode.Scalar = "\u{200D}"
    private static let replacement: Unicode.Scalar = "\u{FFFD}"

    private enum Reading {
        case space
        case nothing
        case mark
        case shown(Unicode.Scalar, isWide: Bool)
    }

    private static func reading(of scalar: Unicode.Scalar) -> Reading {
        switch scalar.value {
        case 0x09...0x0D, 0x85, 0x2028, 0x2029:
            return .space
        case 0x00...0x1F:
            return .shown(Unicode.Scalar(0x2400 + scalar.value) ?? replacement, isWide: false)
        case 0x7F:
            return .shown("\u{2421}", isWide: false)
        case 0x80...0x9F, 0x202A...0x202E, 0x2066...0x2069:
            return .shown(replacement, isWide: false)
        case 0x20E3, 0xFE00...0xFE0F, 0xE0000...0xE01EF:
            return .nothing
        case 0x1F1E6...0x1F1FF:
            return .shown(Unicode.Scalar(UInt8(scalar.value - 0x1F1E6 + 0x41)), isWide: false)
        default:
            break
        }
        switch DisplayWidth(scalar) {
        case .zero: return scalar.properties.generalCategory == .format ? .nothing : .mark
        case .one: return .shown(scalar, isWide: false)
        case .two: return .shown(scalar, isWide: true)
        case .unknown: return .shown(replacement, isWide: false)
        }
    }

    private static func append(_ scalar: Unicode.Scalar, isWide: Bool, style: Style, to cells: inout [Cell]) {
        var cell = Cell(scalar, style: style)
        cell.isWide = isWide
        cells.append(cell)
        if isWide { cells.append(.continuation(style: style)) }
    }

    private static func attach(_ mark: Unicode.Scalar, to cells: inout [Cell]) {
        guard let last = cells.indices.last else { return }
        let base = cells[last].isContinuation ? last - 1 : last
        cells[base].combine(mark)
    }
}
