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
        /// The commit, for a line in which the value would be cut before it or that both commits share; nil if it is
        /// short.
        var brief: String?
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
        /// For the smallest terminals, above both commits; nil if `brief` names no commit.
        var briefest: String?
        /// The verb in "Changed! Approve?", the question of the smallest terminals after a change; nil if it is `verb`.
        var changedVerb: String?
        /// They follow the question.
        var circumstances: [Circumstance] = []
    }

    /// Ignores keys that were typed before the operator saw the question.
    static let inputDelay: TimeInterval = 0.3
    /// Ignores keys that were meant for a question or a plan that has just been replaced by another one.
    static let changeDelay: TimeInterval = 1

    private var wording: Wording
    private var ownFacts: [Fact]
    private(set) var plan: PlanBody?
    private var asked: Consequence
    /// Why it has to be read again, as a sentence; nil if nothing has changed.
    private(set) var note: String?
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
        asked = consequence
        acceptsKeysFrom = now.addingTimeInterval(Self.inputDelay)
    }

    var title: String { wording.title }
    var question: String { ([wording.question] + circumstances.map(\.sentence)).joined(separator: " ") }
    var briefQuestion: String { wording.brief }
    var briefestQuestion: String { wording.briefest ?? wording.brief }
    /// For the smallest terminals after a change, instead of the reason.
    var changedQuestion: String { "Changed! \(wording.changedVerb ?? wording.verb)?" }
    var verb: String { wording.verb }
    var circumstances: [Circumstance] { wording.circumstances }

    /// Deploys the head only if it is the commit on the screen.
    var consequence: Consequence {
        guard case .action(.deploy(let commit, let force, let override, _)) = asked, let head = plan?.plannedHead else {
            return asked
        }
        return .action(.deploy(commit: commit, force: force, override: override, seenHead: head))
    }

    /// The most important facts, with the running and the planned commit.
    var facts: [Fact] { plan.map { [$0.from] + ownFacts + [$0.to] } ?? ownFacts }

    /// Whether "yes" is a possible answer. While the plan that has to be approved is not known, it is not.
    var canConfirm: Bool { plan?.isAwaited != true }

    /// A plan that has just appeared is not answered by a key that was pressed before.
    mutating func show(_ content: PlanBody.Content, at now: Date) {
        plan?.show(content, at: now)
        if plan?.hasReplacedAnother == true {
            askAgain(at: now)
        } else {
            acceptsKeysFrom = now.addingTimeInterval(Self.inputDelay)
        }
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
        case .enter where isYesFocused: return canConfirm ? .yes : .none
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
        return canConfirm && (requiredWord == nil || isYesFocused) ? .yes : .none
    }

    private mutating func choose(_ key: Key) -> Answer {
        switch key {
        case "n", "q": return .no
        case "y": return canConfirm ? .yes : .none
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

/// Following changes of the observer's state while it is open.
extension Dialog {
    func asksSame(as other: Dialog) -> Bool { wording == other.wording && asked == other.asked }

    /// Shows the question as it would be asked now.
    /// - Parameters:
    ///   - current: The same question, opened now.
    ///   - change: Why it differs in more than its facts.
    mutating func follow(_ current: Dialog, because change: String?, at now: Date) {
        ownFacts = current.ownFacts
        if let known = current.plan { plan?.follow(known) }
        guard !asksSame(as: current) else { return }
        (wording, asked) = (current.wording, current.asked)
        note = change ?? note
        askAgain(at: now)
    }

    /// Shows why it has to be read again, although it asks the same.
    mutating func warn(_ current: Dialog, because change: String, at now: Date) {
        follow(current, because: nil, at: now)
        plan?.rebase(on: current.plan)
        note = change
        askAgain(at: now)
    }

    /// Removes the plan, which is about to be requested again.
    /// - Parameter known: The plan of the same question, opened now.
    mutating func awaitPlan(_ known: PlanBody?, because change: String, at now: Date) {
        note = change
        plan?.startAgain(as: known, at: now)
        askAgain(at: now)
    }

    /// The plan that was requested is of an older state.
    mutating func outdatePlan() { plan?.outdate() }

    /// The answer that has arrived is outdated.
    mutating func discardPlan() { plan?.discardAnswer() }

    /// Asks about the plan that waits for an approval now, instead of the plan before.
    mutating func replacePlan(by current: Dialog, at now: Date) {
        guard let content = current.plan?.content else { return }
        if current.consequence == consequence { note = nil }
        follow(current, because: nil, at: now)
        show(content, at: now)
    }

    /// The safe answer has the focus again.
    private mutating func askAgain(at now: Date) {
        (isYesFocused, typed, typedWrong) = (false, "", nil)
        acceptsKeysFrom = now.addingTimeInterval(Self.changeDelay)
    }
}
