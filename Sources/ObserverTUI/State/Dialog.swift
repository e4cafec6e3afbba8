import Foundation
import ObserverEngine

/// A question before something that can't be undone. The safe answer has the focus.
struct Dialog: Equatable, Sendable {
    enum Consequence: Equatable, Sendable {
        case action(ControlAction)
        case quit
    }

    struct Fact: Equatable, Sendable {
        var label: String
        var value: String
    }

    /// Keys that were on their way before the person saw the question don't answer it.
    static let deafness: TimeInterval = 0.3

    let title: String
    let question: String
    var facts: [Fact] = []
    let consequence: Consequence
    /// What the button says that does it.
    let verb: String
    /// A word that has to be typed first.
    var demandedWord: String?
    var typed = ""
    var isYesFocused = false
    let deafUntil: Date

    init(
        title: String, question: String, facts: [Fact] = [], verb: String, demandedWord: String? = nil,
        consequence: Consequence, at now: Date
    ) {
        self.title = title
        self.question = question
        self.facts = facts
        self.verb = verb
        self.demandedWord = demandedWord
        self.consequence = consequence
        deafUntil = now.addingTimeInterval(Self.deafness)
    }

    enum Answer {
        case none
        case no
        case yes
    }

    mutating func press(_ key: Key, at now: Date) -> Answer {
        guard now >= deafUntil else { return .none }
        switch key {
        case .escape, .control("c"): return .no
        case .enter: return isYesFocused ? .yes : .no
        default: break
        }
        return demandedWord == nil ? choose(key) : type(key)
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
        isYesFocused = typed == demandedWord
        return .none
    }
}
