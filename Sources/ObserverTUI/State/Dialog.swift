import Foundation
import ObserverEngine

/// A confirmation of an action that can't be undone. The safe answer has the focus.
struct Dialog: Equatable, Sendable {
    enum Consequence: Equatable, Sendable {
        case action(ControlAction)
        case quit
    }

    struct Fact: Equatable, Sendable {
        var label: String
        var value: String
    }

    /// Ignores keys that were typed before the operator saw the question.
    static let inputDelay: TimeInterval = 0.3

    let title: String
    let question: String
    var facts: [Fact] = []
    let consequence: Consequence
    /// The label of the confirm button.
    let verb: String
    /// A word that the operator must type to confirm.
    var requiredWord: String?
    var typed = ""
    var isYesFocused = false
    let acceptsKeysFrom: Date

    init(
        title: String, question: String, facts: [Fact] = [], verb: String, requiredWord: String? = nil,
        consequence: Consequence, at now: Date
    ) {
        self.title = title
        self.question = question
        self.facts = facts
        self.verb = verb
        self.requiredWord = requiredWord
        self.consequence = consequence
        acceptsKeysFrom = now.addingTimeInterval(Self.inputDelay)
    }

    enum Answer {
        case none
        case no
        case yes
    }

    mutating func press(_ key: Key, at now: Date) -> Answer {
        guard now >= acceptsKeysFrom else { return .none }
        switch key {
        case .escape, .control("c"): return .no
        case .enter: return isYesFocused ? .yes : .no
        default: break
        }
        return requiredWord == nil ? choose(key) : type(key)
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
        switch key {
        case .character(let character) where typed.count < 40: typed.append(character)
        case .backspace: _ = typed.popLast()
        case .control("u"): typed = ""
        default: break
        }
        isYesFocused = typed == requiredWord
        return .none
    }
}

/// The confirmations of the actions: consequence, commits and apps.
extension Dialog {
    static func removeHook(id: Int, of engine: EngineState, at now: Date) -> Dialog {
        Dialog(
            title: "Remove the webhook",
            question: "Remove webhook #\(id) from \(engine.fullName)? New pushes are then only found by polling.",
            verb: "Remove", requiredWord: "remove", consequence: .action(.removeHook(id: id)), at: now)
    }

    static func deploy(in mirror: EngineMirror, at now: Date) -> Dialog {
        let newest = mirror.deliveries.rows.first { $0.verdict == .accepted }
        let head = newest.map { "head, last seen at \(describe($0.commit, $0.message))" } ?? "head of the branch"
        return Dialog(
            title: "Deploy the head",
            question: "Deploy the head of \(mirror.engine.branch)? Unchanged apps are not touched.",
            facts: [from(mirror), Fact(label: "to", value: head)] + apps(mirror.deployed),
            verb: "Deploy", consequence: .action(.deploy(commit: nil, force: false)), at: now)
    }

    static func rollback(to target: DeploymentSummary, in mirror: EngineMirror, at now: Date) -> Dialog {
        let to = Fact(label: "to", value: describe(target.commit, target.message))
        return Dialog(
            title: "Roll back",
            question:
                "Roll back to \(target.commit.shortCommit)? Automatic deployments of \(mirror.engine.branch) are then "
                + "on hold until the next push.",
            facts: [from(mirror), to, Fact(label: "apps", value: apps(changedSince: target, in: mirror))],
            verb: "Roll back",
            consequence: .action(.rollback(deployment: target.id, seenCurrent: mirror.deployments.newest?.id)), at: now)
    }

    static func replay(_ delivery: DeliverySummary, in mirror: EngineMirror, at now: Date) -> Dialog {
        Dialog(
            title: "Replay delivery",
            question: "Replay this delivery? Its commit is deployed if it is still the head of "
                + "\(mirror.engine.branch).",
            facts: [
                from(mirror),
                Fact(label: "delivery", value: "\(delivery.event) \(describe(delivery.commit, delivery.message))"),
            ],
            verb: "Replay", consequence: .action(.replay(delivery: delivery.id)), at: now)
    }

    static func cancel(_ deployment: DeploymentSummary, in mirror: EngineMirror, at now: Date) -> Dialog {
        Dialog(
            title: "Cancel deployment",
            question: "Cancel the deployment of \(deployment.commit.shortCommit)? Changes already applied are not "
                + "undone.",
            facts: [
                from(mirror), Fact(label: "commit", value: describe(deployment.commit, deployment.message)),
            ] + apps(deployment),
            verb: "Cancel deployment", consequence: .action(.cancel(deployment: deployment.id)), at: now)
    }

    static func quit(branch: String?, at now: Date) -> Dialog {
        Dialog(
            title: "Quit",
            question: "Quit? The observer runs in this process and stops with it: pushes to "
                + "\(branch ?? "the branch") are not deployed until it is started again.",
            verb: "Quit", consequence: .quit, at: now)
    }

    private static func from(_ mirror: EngineMirror) -> Fact {
        let deployed = mirror.deployed.map { describe($0.commit, $0.message) }
        return Fact(label: "runs now", value: deployed ?? "unknown")
    }

    /// The apps that a rollback may change: those changed by later deployments.
    private static func apps(changedSince target: DeploymentSummary, in mirror: EngineMirror) -> String {
        let newer = mirror.deployments.rows.prefix { $0.id > target.id }
        let apps = Set(newer.flatMap { $0.progress?.steps ?? [] }.map(\.name))
        return apps.isEmpty ? "all with a different spec" : apps.sorted().joined(separator: ", ")
    }

    private static func apps(_ deployment: DeploymentSummary?) -> [Fact] {
        guard let apps = deployment?.progress?.steps, !apps.isEmpty else { return [] }
        return [Fact(label: "apps", value: apps.map(\.name).joined(separator: ", "))]
    }

    private static func describe(_ commit: String?, _ message: String?) -> String {
        [commit?.shortCommit, message].compactMap { $0 }.joined(separator: "  ")
    }
}

extension EngineState {
    var fullName: String { "\(owner)/\(repository)" }
}
