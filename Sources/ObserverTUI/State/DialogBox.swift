/// The text of a dialog and the place of its parts. Where space is short, the question is shorter and facts are left out,
/// the least important first; the buttons and the input always remain.
struct DialogBox {
    private static let widest = 68
    /// Fields of a plan may be long.
    private static let widestWithPlan = 100
    /// The question is shortened, and facts other than the two commits are left out, before fewer lines of the plan are
    /// visible.
    private static let leastPlan = [5, 3]
    /// The facts that matter more than all but the first line of the plan: the running and the new commit.
    private static let leastFacts = 2
    /// Below this many rows there is no border.
    private static let framedRows = 6

    let rect: Rect
    let hasFrame: Bool
    let lines: [Text]
    /// The area of the lines.
    let space: Rect
    let noButton: Rect
    let yesButton: Rect
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
        let variants = Self.variants(of: dialog, columns: width)
        let naming = variants.dropLast(min(Self.leastFacts, dialog.facts.count))
        let steps =
            plan.isEmpty
            ? [(rows: 0, variants: variants[...])]
            : Self.leastPlan.map { (rows: min(plan.count, $0) + 1, variants: naming) }
                + [(rows: 2, variants: variants[...]), (rows: 0, variants: variants[...])]
        let text =
            steps.lazy.compactMap { step in step.variants.first { $0.count + step.rows <= available } }.first
            ?? Array((variants.last ?? []).prefix(max(0, available)))
        planCount = plan.count
        planRows = min(plan.count, max(0, available - text.count - 1))
        let top = min(dialog.plan?.top ?? 0, planCount - planRows)
        planRowsAbove = planRows > 0 ? top : 0
        planRowsBelow = planCount - planRows - top
        let visible = planRows > 0 ? [Text()] + plan[top..<top + planRows] : []
        let isSpacious = area.rows >= text.count + visible.count + input.count + 7
        let spacer = isSpacious && !input.isEmpty ? [Text()] : []
        lines = text + visible + spacer + input
        let rows = lines.count + (hasFrame ? 3 : 1) + (isSpacious ? 2 : 0)
        rect = area.centered(columns: columns, rows: rows)
        space = rect.inset(columns: margin, rows: hasFrame ? 1 : 0).droppingFirst(rows: isSpacious ? 1 : 0)
        let row = rect.endRow - (hasFrame ? 2 : 1)
        let yesColumns = Self.button(dialog.verb).columns
        let noColumns = Self.button("No").columns
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

    /// From the longest to the shortest.
    private static func variants(of dialog: Dialog, columns: Int) -> [[Text]] {
        let question = Text(dialog.question).wrapped(to: columns)
        let brief = Text(dialog.briefQuestion).wrapped(to: columns)
        let facts = dialog.facts.map { fact in
            Text(fact.label, .secondary).fitted(to: 10) + Text(fact.value).truncated(to: columns - 10)
        }
        guard !facts.isEmpty else { return [question, brief] }
        let byImportance = dialog.facts.indices.sorted { dialog.facts[$0].rank < dialog.facts[$1].rank }
        let fewer = (0..<facts.count).reversed().map { count in
            let kept = Set(byImportance.prefix(count))
            return brief + facts.indices.filter { kept.contains($0) }.map { facts[$0] }
        }
        return [question + [Text()] + facts, question + facts, brief + facts] + fewer
    }
}
