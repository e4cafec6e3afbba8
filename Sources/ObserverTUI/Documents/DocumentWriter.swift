/// Collects the lines of a document: headings, labelled values and paragraphs.
struct DocumentWriter {
    private static let labelColumns = 12

    /// Paragraphs are broken at this width.
    let columns: Int
    private(set) var lines: [Text] = []

    init(columns: Int) {
        self.columns = columns
    }

    mutating func heading(_ text: String) {
        if !lines.isEmpty { lines.append(Text()) }
        lines.append(Text(text, .bold))
    }

    mutating func value(_ label: String, _ value: String?, _ style: Style = .plain) {
        guard let value, !value.isEmpty else { return }
        self.value(label, Text(value, style))
    }

    /// Values that are too long go on below themselves.
    mutating func value(_ label: String, _ value: Text) {
        let room = max(10, columns - Self.labelColumns - 2)
        for (index, line) in value.wrapped(to: room).enumerated() {
            let label = Text(index == 0 ? label : "", .secondary).fitted(to: Self.labelColumns)
            lines.append(.spaces(2) + label + line)
        }
    }

    mutating func line(_ text: Text) {
        lines.append(.spaces(2) + text)
    }
}
