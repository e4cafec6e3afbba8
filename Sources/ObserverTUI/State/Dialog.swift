import Foundation
import ObserverEngine

/// A confirmation of an action that can't be undone. The safe answer has the focus.
struct Dialog: Equatable, Sendable {
    enum Consequence: Equatable, Sendable {
        case action(ControlAction)
        case quit
        case suspend
    }

    struct Fact: Equatable, Sendable {
        var label: String
        var value: String
        /// The importance where space is short; 0 is the highest.
        var rank: Int
    }

    /// The texts of a question.
    struct Wording: Equatable, Sendable {
        let title: String
        /// With the consequence.
        let question: String
        /// For a small terminal.
        let brief: String
        /// The label of the confirm button.
        let verb: String
    }

    /// Ignores keys that were typed before the operator saw the question.
    static let inputDelay: TimeInterval = 0.3

    private let wording: Wording
    private let ownFacts: [Fact]
    private(set) var plan: PlanBody?
    let consequence: Consequence
    /// Whether it stops, removes or approves something; its frame is red.
    let isDestructive: Bool
    /// A word that the operator must type to confirm.
    var requiredWord: String?
    private(set) var typed = ""
    /// The wrong word that the operator entered.
    private(set) var typedWrong: String?
    private(set) var isYesFocused = false
    private var acceptsKeysFrom: Date

    init(
        _ wording: Wording, facts: [Fact] = [], plan: PlanBody? = nil, isDestructive: Bool = false,
        requiredWord: String? = nil,
        consequence: Consequence, at now: Date
    ) {
        self.wording = wording
        ownFacts = facts
        self.plan = plan
        self.isDestructive = isDestructive
        self.requiredWord = requiredWord
        self.consequence = consequence
        acceptsKeysFrom = now.addingTimeInterval(Self.inputDelay)
    }

    var title: String { wording.title }
    var question: String { wording.question }
    var briefQuestion: String { wording.brief }
    var verb: String { wording.verb }

    /// The most important facts, with the running and the planned commit.
    var facts: [Fact] { plan.map { [$0.from] + ownFacts + [$0.to] } ?? ownFacts }

    /// A plan that has just appeared is not answered by a key that was pressed before.
    mutating func show(_ content: PlanBody.Content, at now: Date) {
        plan?.show(content)
        acceptsKeysFrom = now.addingTimeInterval(Self.inputDelay)
    }

    /// Scrolls the plan, as far as it does not fit into the box.
    mutating func scroll(_ movement: Movement, in box: DialogBox) {
        plan?.scroll(movement, count: box.planCount, rows: box.planRows)
    }

    enum Answer {
        case none
        case no
        case yes
    }

    mutating func press(_ key: Key, at now: Date) -> Answer {
        // Ctrl-C twice is intended.
        if key == .control("c"), consequence == .quit { return .yes }
        guard now >= acceptsKeysFrom else { return .none }
        switch key {
        case .escape, .control("c"): return .no
        case .enter where isYesFocused: return .yes
        case .enter where typed.isEmpty: return .no
        case .enter:
            typedWrong = typed
            typed = ""
            return .none
        default: break
        }
        return requiredWord == nil ? choose(key) : type(key)
    }

    /// The answer of a click on a button.
    mutating func click(yes isYes: Bool, at now: Date) -> Answer {
        guard now >= acceptsKeysFrom else { return .none }
        guard isYes else { return .no }
        return requiredWord == nil || isYesFocused ? .yes : .none
    }

    private mutating func choose(_ key: Key) -> Answer {
        switch key {
        case "n", "q": return .no
        case "y": return .yes
        case .tab, .backTab, .left, .right, "h", "l": isYesFocused.toggle()
        default: break
        }
        return .none
    }

    private mutating func type(_ key: Key) -> Answer {
        typedWrong = nil
        switch key {
        case .character(let character) where typed.count < 40: typed.append(character)
        case .backspace: _ = typed.popLast()
        case .control("u"), .control("w"): typed = ""
        default: break
        }
        isYesFocused = typed == requiredWord
        return .none
    }
}

/// The plan that a dialog shows before it asks: from which commit, to which, and what would change.
struct PlanBody: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        case loading
        case loaded(PlanReport)
        /// Why there is no plan.
        case failed(String)
    }

    /// The commit to plan; nil for the head of the branch.
    let ref: String?
    /// Whether it is the plan of a deployment, which is shown as it was made.
    let isFixed: Bool
    /// The running and the planned commit as far as they are known before the plan.
    private let knownFrom: Dialog.Fact
    private let knownTo: String
    private(set) var content = Content.loading
    /// The first visible line.
    private(set) var top = 0

    init(of ref: String?, from: Dialog.Fact, to: String) {
        self.ref = ref
        isFixed = false
        knownFrom = from
        knownTo = to
    }

    /// The plan of a deployment.
    init(of deployment: DeploymentDetail, from: Dialog.Fact) {
        let row = deployment.summary
        let commit = PlanReport.Commit(id: row.commit, message: row.message)
        ref = row.commit
        isFixed = true
        knownFrom = from
        knownTo = commit.title
        content =
            deployment.changes.isEmpty
            ? .failed("the deploy command has not run.")
            : .loaded(PlanReport(commit: commit, summary: "", changes: deployment.changes, changesAnything: true))
    }

    mutating func show(_ content: Content) {
        self.content = content
        top = 0
    }

    /// - Parameter rows: The number of visible lines.
    mutating func scroll(_ movement: Movement, count: Int, rows: Int) {
        let last = max(0, count - rows)
        switch movement {
        case .first: top = 0
        case .last: top = last
        default: top = min(last, max(0, top + (movement.rows(page: rows) ?? 0)))
        }
    }

    var from: Dialog.Fact {
        guard let running = report?.running else { return knownFrom }
        return Dialog.Fact(label: "runs now", value: running.title, rank: 1)
    }

    var to: Dialog.Fact {
        Dialog.Fact(label: "to", value: report?.commit?.title ?? knownTo, rank: 0)
    }

    func lines(columns: Int) -> [Text] {
        switch content {
        case .loading: [Text("Planning…", .secondary)]
        case .failed(let reason): Text("The changes are unknown: \(reason)", .busy).wrapped(to: columns)
        case .loaded(let report): PlanText(report).lines.flatMap { $0.wrapped(to: columns, indent: 6) }
        }
    }

    private var report: PlanReport? {
        if case .loaded(let report) = content { report } else { nil }
    }
}
