/// The text of a dialog and the place of its parts. The buttons and the input always remain; where space is short,
/// `DialogArrangement` decides about the text.
struct DialogBox {
    private static let widest = 68
    /// Fields of a plan may be long.
    private static let widestWithPlan = 100
    /// Below this many rows there is no border.
    private static let framedRows = 6

    let rect: Rect
    let hasFrame: Bool
    let lines: [Text]
    /// The area of the lines.
    let space: Rect
    let noButton: Rect
    let yesButton: Rect
    /// The verb of the action, or "Yes" if there is no space for it next to the other button.
    let yesLabel: String
    /// The number of lines of the plan, and of its visible ones.
    let planCount: Int
    let planRows: Int
    /// The number of lines of the plan above and below the visible ones.
    let planRowsAbove: Int
    let planRowsBelow: Int
    /// The position after the typed word.
    let cursor: Canvas.Position?

    init(_ dialog: Dialog, in area: Rect) {
        let columns = Self.columns(of: dialog, in: area)
        hasFrame = area.rows >= Self.framedRows
        let margin = !hasFrame ? 0 : columns >= 44 ? 3 : 2
        let width = columns - 2 * margin
        let input = Self.input(of: dialog, columns: width)
        let available = area.rows - (hasFrame ? 2 : 0) - 1 - input.count
        let plan = dialog.plan?.lines(columns: width) ?? []
        let arrangement = DialogArrangement.best(of: dialog, plan: plan.count, columns: width, rows: available)
        let text = arrangement.text
        planCount = plan.count
        planRows = min(plan.count, max(0, available - arrangement.rowsAbovePlan))
        let top = min(dialog.plan?.top ?? 0, planCount - planRows)
        planRowsAbove = planRows > 0 ? top : 0
        planRowsBelow = planCount - planRows - top
        let separator = arrangement.hasGap ? [Text()] : []
        let visible = planRows > 0 ? separator + plan[top..<top + planRows] : []
        let isSpacious = area.rows >= text.count + visible.count + input.count + 7
        let spacer = isSpacious && !input.isEmpty ? [Text()] : []
        lines = text + visible + spacer + input
        let rows = lines.count + (hasFrame ? 3 : 1) + (isSpacious ? 2 : 0)
        rect = area.centered(columns: columns, rows: rows)
        space = rect.inset(columns: margin, rows: hasFrame ? 1 : 0).droppingFirst(rows: isSpacious ? 1 : 0)
        let row = rect.endRow - (hasFrame ? 2 : 1)
        let noColumns = Self.button("No").columns
        yesLabel = Self.button(dialog.verb).columns + 1 + noColumns <= width ? dialog.verb : "Yes"
        let yesColumns = Self.button(yesLabel).columns
        let gap = width >= yesColumns + noColumns + 2 ? 2 : 1
        yesButton = Rect(column: space.endColumn - yesColumns, row: row, columns: yesColumns, rows: 1)
        noButton = Rect(column: yesButton.column - gap - noColumns, row: row, columns: noColumns, rows: 1)
        let end = Canvas.Position(
            column: min(space.column + (input.last?.columns ?? 0), space.endColumn - 1),
            row: space.row + lines.count - 1)
        cursor = input.isEmpty ? nil : end
    }

    /// Whether the plan has lines that are not visible, and space in which it can be scrolled.
    var isScrollable: Bool { planRows > 0 && planCount > planRows }

    /// The label of a button.
    static func button(_ label: String) -> Text { Text("[ \(label) ]") }

    private static func input(of dialog: Dialog, columns: Int) -> [Text] {
        guard let word = dialog.requiredWord else { return [] }
        let prompts = ["Type \"\(word)\" to confirm: ", "Type \(word): ", "\(word): "]
        let prompt = prompts.first { $0.count + word.count < columns } ?? prompts[2]
        let typed = Text(prompt, .secondary) + Text(dialog.typed, .bold)
        return dialog.typedWrong.map { Text("\"\($0)\" is not \"\(word)\".", .bad).wrapped(to: columns) + [typed] }
            ?? [typed]
    }

    private static func columns(of dialog: Dialog, in area: Rect) -> Int {
        guard dialog.plan != nil else { return min(widest, area.columns) }
        return min(widestWithPlan, max(area.columns - 4, min(widest, area.columns)))
    }
}
