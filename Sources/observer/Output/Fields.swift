/// Names with their values, one on a line; those without a value are left out.
struct Fields {
    private var entries: [(name: String, cell: Cell)] = []

    mutating func add(_ name: String, _ text: String?, _ tint: Tint = .plain) {
        guard let text, !text.isEmpty else { return }
        entries.append((name, Cell(text, tint)))
    }

    func lines(in style: TextStyle) -> [String] {
        let width = entries.map(\.name.count).max() ?? 0
        return entries.map { entry in
            let padding = String(repeating: " ", count: width - entry.name.count)
            return style.paint(entry.name, .heading) + padding + "  " + style.paint(entry.cell.text, entry.cell.tint)
        }
    }
}
