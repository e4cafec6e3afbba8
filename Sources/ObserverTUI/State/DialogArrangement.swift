/// The text of a dialog in the given space: the question, the reason for a change, the facts, and then the plan.
///
/// Where space is short, the question is shorter and facts are left out, the least important first. The consequence of
/// an action without a plan matters more than facts. With a plan, both commits and one of its lines are left out last.
struct DialogArrangement: Equatable {
    /// The question is shortened, and facts other than the two commits are left out, before fewer lines of the plan are
    /// visible.
    private static let leastPlan = [5, 3, 2, 1]
    /// The facts that matter more than all but the first line of the plan: the running and the new commit.
    private static let leastFacts = 2
    private static let labelColumns = 10

    let text: [Text]
    /// Whether an empty line separates the plan from the text.
    private(set) var hasGap = true
    /// How many lines of the plan must be visible.
    private(set) var planRows = 0

    var rowsAbovePlan: Int { text.count + (hasGap ? 1 : 0) }

    /// - Parameters:
    ///   - plan: The number of lines of the plan.
    ///   - rows: The space for text and plan.
    static func best(of dialog: Dialog, plan: Int, columns: Int, rows: Int) -> DialogArrangement {
        let all = dialog.plan == nil ? unplanned(dialog, columns) : planned(dialog, plan: plan, columns)
        let fitting = all.first { $0.text.count + ($0.planRows > 0 ? $0.planRows + ($0.hasGap ? 1 : 0) : 0) <= rows }
        return fitting ?? DialogArrangement(text: Array((all.last?.text ?? []).prefix(max(0, rows))))
    }

    /// From the longest to the shortest.
    private static func unplanned(_ dialog: Dialog, _ columns: Int) -> [DialogArrangement] {
        let parts = Parts(dialog, columns)
        let count = dialog.facts.count
        let short = [parts.brief] + parts.changed.map { [$0] + parts.facts(1) } + [parts.briefest]
        guard count > 0 else { return ([parts.question] + short).map { DialogArrangement(text: $0) } }
        let named = [parts.question, parts.brief, parts.briefest].flatMap { question in
            (1...count).reversed().map { question + parts.facts($0) }
        }
        return ([parts.question + [Text()] + parts.facts(count)] + named + short)
            .map { DialogArrangement(text: $0) }
    }

    /// From the longest to the shortest.
    private static func planned(_ dialog: Dialog, plan: Int, _ columns: Int) -> [DialogArrangement] {
        let parts = Parts(dialog, columns)
        let count = dialog.facts.count
        let named = (leastFacts...max(leastFacts, count)).reversed().map { parts.brief + parts.facts($0) }
        let spacious = [parts.question + [Text()] + parts.facts(count), parts.question + parts.facts(count)] + named
        let dense =
            [parts.brief + parts.facts(leastFacts), parts.brief + [parts.commits]]
            + [parts.briefest + [parts.commits]]
        return leastPlan.flatMap { least in
            spacious.map { DialogArrangement(text: $0, planRows: min(plan, least)) }
        }
            + dense.map { DialogArrangement(text: $0, hasGap: false, planRows: 1) }
            + (dense + parts.changed.map { [$0, parts.commits] } + [parts.briefest]).map {
                DialogArrangement(text: $0, hasGap: false)
            }
    }

    /// The parts of the text, each as lines.
    private struct Parts {
        private let dialog: Dialog
        private let columns: Int
        let question: [Text]
        let brief: [Text]
        let briefest: [Text]
        /// The question in one line with a mark of the change, instead of its reason; empty without a change.
        let changed: [Text]

        init(_ dialog: Dialog, _ columns: Int) {
            self.dialog = dialog
            self.columns = columns
            let note = dialog.note.map { Text($0, .busy) }
            let lines = note?.wrapped(to: columns) ?? []
            question = Text(dialog.question).wrapped(to: columns) + lines
            brief = Text(dialog.briefQuestion).wrapped(to: columns) + lines
            let line = note.map { [$0.truncated(to: columns)] } ?? []
            briefest = Text(dialog.briefestQuestion).wrapped(to: columns) + line
            changed = note == nil ? [] : [Text(dialog.changedQuestion, .busy).truncated(to: columns)]
        }

        /// The most important ones, in their order.
        func facts(_ count: Int) -> [Text] {
            let all = dialog.facts
            let byImportance = all.indices.sorted { all[$0].rank < all[$1].rank }
            return byImportance.prefix(count).sorted().map { line(all[$0]) }
        }

        private func line(_ fact: Dialog.Fact) -> Text {
            let space = columns - labelColumns
            var value = Text(fact.value).truncated(to: space)
            // Cut, the value may not show the commit.
            if let brief = fact.brief, !value.string.contains(brief) { value = Text(brief).truncated(to: space) }
            return Text(fact.label, .secondary).fitted(to: labelColumns) + value
        }

        /// Both commits in one line.
        var commits: Text {
            guard let plan = dialog.plan else { return Text() }
            let (from, to) = (plan.from, plan.to)
            let both = "\(plan.replaced ?? from.brief ?? from.value) → "
            var value = to.value
            if let brief = to.brief, !value.hasPrefix(brief), Text(both + value).columns > columns { value = brief }
            let label = Text(plan.replaced == nil ? from.label : "from", .secondary).fitted(to: labelColumns)
            let hasLabel = labelColumns + Text(both + (to.brief ?? to.value)).columns <= columns
            return ((hasLabel ? label : Text()) + Text(both + value)).truncated(to: columns)
        }
    }
}
