import Foundation
import ObserverEngine

/// The questions for the reason and the end of a pause, one after the other, in the place of the key bar.
struct PauseForm: Equatable, Sendable {
    enum Question: Equatable, Sendable {
        case reason, end
    }

    private static let limit = 200
    /// In a narrower line, the possible answers have lines of their own.
    private static let columnsWithHints = 58

    private(set) var question = Question.reason
    /// The answer as far as it is typed.
    private(set) var text = ""
    /// The answer to the first question; empty for none.
    private(set) var reason = ""
    /// Why the answer can't be used, as a sentence.
    private(set) var problem: String?
    /// The pause that another operator has started since the form was opened.
    private(set) var other: PauseSummary?

    enum Outcome: Equatable {
        case open
        case cancelled
        case answered(ControlAction)
    }

    /// The observer is paused, or no longer, while the form is open.
    mutating func follow(_ engine: EngineState) {
        other = engine.isPaused ? engine.pause ?? PauseSummary() : nil
    }

    mutating func press(_ key: Key, at now: Date, zone: TimeZone) -> Outcome {
        problem = nil
        switch key {
        case .escape, .control("c"): return .cancelled
        case .enter: return answer(at: now, zone: zone)
        case .character(let character) where text.count < Self.limit: text.append(character)
        case .backspace: _ = text.popLast()
        case .control("u"), .control("w"): text = ""
        default: break
        }
        return .open
    }

    private mutating func answer(at now: Date, zone: TimeZone) -> Outcome {
        let typed = text.trimmingCharacters(in: .whitespaces)
        guard question == .end else {
            (reason, text, question) = (typed, "", .end)
            return .open
        }
        do {
            let end = typed.isEmpty ? nil : try PauseEnd(typed, now: now, zone: zone).date
            return .answered(.pause(reason: reason.isEmpty ? nil : reason, until: end))
        } catch {
            problem = "'\(typed)' \(error)."
            return .open
        }
    }

    /// Before the typed text: the usual one, and one for a line in which the typed text needs its space.
    private var prompts: (long: String, short: String) {
        switch question {
        case .reason: ("Pause deployments. Why? ", "Why? ")
        case .end: ("Until when? ", "Until? ")
        }
    }

    /// The prompt and the typed text, as far as they fit in front of the cursor.
    func input(columns: Int) -> Text {
        let typed = Text(text)
        let prompt = Text(prompts.long).columns + typed.columns < columns ? prompts.long : prompts.short
        let before = Text(prompt, .accent.bold)
        return before + typed.truncatedAtTheStart(to: columns - before.columns - 1)
    }

    /// Text without space to the right of the typed text: another pause, a problem, or the possible answers in a narrow
    /// terminal.
    func linesAbove(columns: Int) -> [Text] {
        let pause = other.map { Text("Meanwhile, \($0.sentence.asSentence) Your pause replaces that.", .busy) }
        return (pause?.wrapped(to: columns) ?? []) + linesOfAnswer(columns: columns)
    }

    private func linesOfAnswer(columns: Int) -> [Text] {
        if let problem {
            let text = Text(problem, .bad)
            return fits(text, columns: columns) ? [] : text.wrapped(to: columns)
        }
        return columns < Self.columnsWithHints ? Text(hints[0], .secondary).wrapped(to: columns) : []
    }

    /// The text to the right of the typed text, as long as there is space for it.
    func note(columns: Int) -> Text? {
        guard linesOfAnswer(columns: columns).isEmpty else { return nil }
        if let problem { return Text(problem, .bad) }
        return hints.map { Text($0, .secondary) }.first { fits($0, columns: columns) }
    }

    private func fits(_ text: Text, columns: Int) -> Bool {
        Text(prompts.long + self.text).columns + text.columns + 3 <= columns
    }

    /// The possible answers, from the longest to the shortest text.
    var hints: [String] {
        switch question {
        case .reason: ["may be empty   Enter next   Esc cancel", "Enter next   Esc cancel"]
        case .end:
            ["2h, 18:00, or empty until resumed   Enter pause   Esc cancel", "2h, 18:00, or empty", "2h or 18:00"]
        }
    }
}
