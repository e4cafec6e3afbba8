import Foundation

/// A line of a command's output that reports progress.
package enum ProgressLine: Equatable, Sendable {
    /// `::step NAME DONE/TOTAL`
    case step(name: String, done: Int, of: Int)
    /// `::app NAME HEALTHY/WANTED`
    case app(name: String, healthy: Int, wanted: Int)
    /// `::url URL`
    case url(String)

    /// In bytes.
    private static let nameLimit = 128
    private static let urlLimit = 2048

    /// nil for any other line.
    package init?(_ line: String) {
        guard line.hasPrefix("::") else { return nil }
        let words = line.dropFirst(2).split(separator: " ")
        guard let keyword = words.first, words.count >= 2 else { return nil }
        switch keyword {
        case "url":
            guard words.count == 2, words[1].utf8.count <= Self.urlLimit, Self.isWebAddress(words[1]) else {
                return nil
            }
            self = .url(String(words[1]))
        case "step", "app":
            guard let count = Self.count(words[words.count - 1]) else { return nil }
            let name = words.dropFirst().dropLast().joined(separator: " ")
            guard !name.isEmpty, name.utf8.count <= Self.nameLimit else { return nil }
            // More tasks than wanted may be healthy.
            guard keyword == "app" || count.done <= count.of else { return nil }
            self =
                keyword == "app"
                ? .app(name: name, healthy: count.done, wanted: count.of)
                : .step(name: name, done: count.done, of: count.of)
        default: return nil
        }
    }

    /// `3/5`
    private static func count(_ text: Substring) -> (done: Int, of: Int)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let done = Int(parts[0]), let of = Int(parts[1]), done >= 0, of >= 0 else { return nil }
        return (done, of)
    }

    /// Without credentials, which would be shown to everyone.
    private static func isWebAddress(_ text: Substring) -> Bool {
        guard let url = URLComponents(string: String(text)) else { return false }
        return ["http", "https"].contains(url.scheme?.lowercased()) && url.host?.isEmpty == false && url.user == nil
    }
}

extension DeploymentProgress {
    /// A command may report this many steps and apps; more of them are not shown.
    private static let stepLimit = 64

    /// Adds the report of a line, or replaces the last one on the same step or app.
    package mutating func note(_ line: ProgressLine) {
        switch line {
        case .url(let text): url = text
        case .step(let name, let done, let of): note(Step(name: name, done: done, of: of, kind: .step))
        case .app(let name, let healthy, let wanted): note(Step(name: name, done: healthy, of: wanted))
        }
    }

    private mutating func note(_ step: Step) {
        if let index = steps.firstIndex(where: { $0.name == step.name && $0.kind == step.kind }) {
            steps[index] = step
        } else if steps.count < Self.stepLimit {
            steps.append(step)
        }
    }
}
