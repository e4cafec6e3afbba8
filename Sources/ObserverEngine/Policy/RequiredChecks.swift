package import Foundation

/// The checks that a commit must pass before it is deployed.
package enum RequiredChecks: Equatable, Sendable {
    case off
    /// Every check that reports.
    case all
    /// Those that the branch requires on GitHub.
    case required
    case named([String])

    /// Parses `off`, `all`, `required`, or names separated by commas; nil for an empty list, and for one with such a word,
    /// which no check reports.
    package init?(_ text: String) {
        switch text.lowercased() {
        case "off": self = .off
        case "all": self = .all
        case "required": self = .required
        default:
            let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            let words: Set = ["", "off", "all", "required"]
            guard !names.isEmpty, words.isDisjoint(with: names.map { $0.lowercased() }) else { return nil }
            self = .named(names)
        }
    }
}

/// A commit status or a check run of a commit.
package struct CheckReport: Equatable, Sendable {
    package enum State: Equatable, Sendable {
        case pending, passed
        /// With GitHub's word for it, such as `timed_out`.
        case failed(String)
    }

    package let name: String
    package let state: State
    /// When it was started or reported; of a name, only the newest one counts.
    package let at: Date
    package let url: String?

    package init(name: String, state: State, at date: Date, url: String? = nil) {
        self.name = name
        self.state = state
        at = date
        self.url = url
    }
}

/// Everything that is known about the checks of a commit.
package enum CheckFacts: Equatable, Sendable {
    /// - Parameter protected: The names that the branch requires on GitHub; nil unless they were asked for.
    case read([CheckReport], protected: [String]?)
    /// GitHub could not be asked; the reason is a sentence.
    case unreadable(String)
}

/// The decision about the checks of one commit.
enum CheckVerdict: Equatable {
    case passed
    /// In words: `3 of 5 checks passed, waiting for e2e`, or `check e2e has not passed yet`.
    case waiting(String)
    /// As a sentence, with the kind of failure.
    case failed(String, Deployment.CheckFailure)

    /// How long GitHub has at least to create the first check.
    static let firstCheckTimeout: TimeInterval = 60
    /// Names that are listed before the others are only counted.
    private static let listed = 3
    /// The same in the log of a deployment.
    private static let logged = 5

    /// - Parameters:
    ///   - waited: How long the commit has been waiting.
    ///   - timeout: How long it waits at most.
    init(_ required: RequiredChecks, _ facts: CheckFacts, waited: TimeInterval, timeout: Duration) {
        switch facts {
        case .unreadable(let reason):
            self =
                waited < timeout.seconds
                ? .waiting("the checks can't be read. \(reason)")
                : .failed("The checks could not be read within \(Self.words(timeout)). \(reason)", .unread)
        case .read(let reports, let protected):
            let newest = Self.newest(reports)
            switch required {
            case .off: self = .passed
            case .all: self.init(newest, wanted: newest.keys.sorted(), waited: waited, timeout: timeout)
            case .named(let names): self.init(newest, wanted: names, waited: waited, timeout: timeout)
            case .required:
                guard let protected, !protected.isEmpty else {
                    self = .failed(
                        "The branch requires no checks, but -require-checks is 'required'. Require them by branch protection "
                            + "or a ruleset, or name them.", .unrequired)
                    return
                }
                self.init(newest, wanted: protected, waited: waited, timeout: timeout)
            }
        }
    }

    private init(
        _ newest: [String: CheckReport], wanted: [String], waited: TimeInterval, timeout: Duration
    ) {
        for name in wanted {
            guard case .failed(let word)? = newest[name]?.state else { continue }
            let place = newest[name]?.url.map { " (\($0.printable))" } ?? ""
            self = .failed("Check \(name.printable) \(Self.predicate(word))\(place).", .failed)
            return
        }
        let open = wanted.filter { newest[$0]?.state != .passed }
        if open.isEmpty, !wanted.isEmpty {
            self = .passed
        } else if wanted.isEmpty {
            let limit = max(timeout.seconds, Self.firstCheckTimeout)
            self =
                waited < limit
                ? .waiting("no check has reported yet")
                : .failed("No check reported within \(Self.words(.seconds(limit))).", .late)
        } else if waited < timeout.seconds {
            let names = Self.list(open)
            self = .waiting(
                wanted.count == 1
                    ? "check \(names) has not passed yet"
                    : "\(wanted.count - open.count) of \(wanted.count) checks passed, waiting for \(names)")
        } else {
            let silent = open.filter { newest[$0] == nil }
            let late = silent.isEmpty ? open : silent
            let subject = (late.count == 1 ? "Check " : "Checks ") + Self.list(late, last: " and ")
            let verb = silent.isEmpty ? "complete" : "report"
            self = .failed("\(subject) did not \(verb) within \(Self.words(timeout)).", .late)
        }
    }

    /// The checks that have to pass, in words: `build, e2e`; nil if none were read.
    static func names(of required: RequiredChecks, in facts: CheckFacts) -> String? {
        guard case .read(let reports, let protected) = facts else { return nil }
        let names: [String] =
            switch required {
            case .off: []
            case .all: newest(reports).keys.sorted()
            case .named(let wanted): wanted
            case .required: protected ?? []
            }
        return names.isEmpty ? nil : list(names, atMost: logged)
    }

    /// For each name, the newest report; those of this observer never count.
    private static func newest(_ reports: [CheckReport]) -> [String: CheckReport] {
        Dictionary(reports.filter { $0.name != CheckReport.own }.map { ($0.name, $0) }) { $1.at >= $0.at ? $1 : $0 }
    }

    /// - Parameter last: Before the last name, if all are listed.
    private static func list(_ names: [String], atMost limit: Int = listed, last: String = ", ") -> String {
        let shown = names.prefix(limit).map(\.printable)
        if names.count > limit { return "\(shown.joined(separator: ", ")) and \(names.count - limit) more" }
        let beginning = shown.dropLast().joined(separator: ", ")
        return [beginning, shown.last ?? ""].filter { !$0.isEmpty }.joined(separator: last)
    }

    /// `30 minutes`; `2m 4s` if it is not a whole number of a unit.
    private static func words(_ duration: Duration) -> String {
        let seconds = Int(duration.seconds.rounded())
        for (unit, size) in [("hour", 3600), ("minute", 60), ("second", 1)] {
            let count = seconds / size
            guard (1..<120).contains(count), seconds % size == 0 else { continue }
            return count == 1 ? "1 \(unit)" : "\(count) \(unit)s"
        }
        return duration.brief
    }

    private static func predicate(_ word: String) -> String {
        switch word {
        case "failure": "failed"
        case "error": "ended with an error"
        case "timed_out": "timed out"
        case "cancelled": "was cancelled"
        case "action_required": "requires an action"
        case "stale": "is stale"
        default: "ended with \(word.printable)"
        }
    }
}

extension CheckReport {
    /// The context of this observer's own statuses.
    package static let own = "dploy/observer"
}
