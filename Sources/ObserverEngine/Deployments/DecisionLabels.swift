import Foundation

/// Decisions as labels of an app or a volume: `DPLOY_OBSERVER_PAUSED=true 2026-01-02T03:04:05.678Z`.
enum DecisionLabels {
    /// Marks what carries the labels, and names the branch: `octo/site:dcos`.
    static let branch = "DPLOY_OBSERVER"
    static let paused = "DPLOY_OBSERVER_PAUSED"
    static let pausedUntil = "DPLOY_OBSERVER_PAUSED_UNTIL"
    static let pausedBy = "DPLOY_OBSERVER_PAUSED_BY"
    static let pauseReason = "DPLOY_OBSERVER_PAUSE_REASON"
    /// When deployments were paused, if the pause was changed since; otherwise that is the time of the decision.
    static let pausedSince = "DPLOY_OBSERVER_PAUSED_SINCE"
    static let pauseChangedBy = "DPLOY_OBSERVER_PAUSE_CHANGED_BY"
    /// The commit of the hold, or `false`.
    static let held = "DPLOY_OBSERVER_HELD_AT"
    /// The commits that the hold leaves.
    static let leaving = "DPLOY_OBSERVER_ROLLED_BACK"
    /// `push` or `resume`.
    static let heldUntil = "DPLOY_OBSERVER_HELD_UNTIL"
    static let heldBy = "DPLOY_OBSERVER_HELD_BY"
    static let holdReason = "DPLOY_OBSERVER_HOLD_REASON"
    static let hookRemoved = "DPLOY_OBSERVER_HOOK_REMOVED"
    /// GitHub's id of the watched repository.
    static let repository = "DPLOY_OBSERVER_REPOSITORY"
    static let heldBecause = "DPLOY_OBSERVER_HELD_BECAUSE"

    static func isOf(_ branch: WatchedBranch, _ labels: [String: String]) -> Bool {
        labels[Self.branch] == branch.key
    }

    static func labels(for decisions: Decisions, of branch: WatchedBranch) -> [String: String] {
        var labels = [Self.branch: branch.key]
        labels[paused] = text(decisions.pause.value != nil ? "true" : "false", decisions.pause.at)
        if let pause = decisions.pause.value {
            labels[pausedUntil] = pause.until?.rfc3339Milliseconds
            (labels[pausedBy], labels[pauseReason]) = (pause.by, pause.reason)
            labels[pausedSince] = pause.change?.pausedAt?.rfc3339Milliseconds
            labels[pauseChangedBy] = pause.change?.by
        }
        labels[hookRemoved] = text(decisions.hookRemoval.value ? "true" : "false", decisions.hookRemoval.at)
        labels[repository] = decisions.repository.value.flatMap { text(String($0), decisions.repository.at) }
        labels[heldBecause] = decisions.hold.value?.cause?.rawValue
        labels[held] = text(decisions.hold.value?.commit.description ?? "false", decisions.hold.at)
        if let hold = decisions.hold.value {
            if !hold.leaving.isEmpty { labels[leaving] = hold.leaving.map(\.description).joined(separator: " ") }
            labels[heldUntil] = hold.until.rawValue
            (labels[heldBy], labels[holdReason]) = (hold.by, hold.reason)
        }
        return labels
    }

    /// Several copies may exist: then the newest of each decision counts. nil without any.
    static func newestDecisions(in copies: [[String: String]]) -> Decisions? {
        guard let first = copies.first else { return nil }
        return copies.dropFirst().reduce(decisions(in: first)) { $0.merged(with: decisions(in: $1)) }
    }

    /// A label that can't be read counts as absent.
    static func decisions(in labels: [String: String]) -> Decisions {
        var decisions = Decisions()
        if let (value, time) = read(labels[paused]), let isPaused = Bool(value) {
            let pause = Pause(
                reason: labels[pauseReason], by: labels[pausedBy],
                until: labels[pausedUntil].flatMap(Date.init(rfc3339:)),
                change: Pause.Change(
                    pausedAt: labels[pausedSince].flatMap(Date.init(rfc3339:)), by: labels[pauseChangedBy]))
            decisions.pause = .init(isPaused ? pause : nil, at: time)
        }
        if let (value, time) = read(labels[hookRemoved]), let isRemoved = Bool(value) {
            decisions.hookRemoval = .init(isRemoved, at: time)
        }
        if let (value, time) = read(labels[repository]), let id = Int64(value) {
            decisions.repository = .init(id, at: time)
        }
        let cause = labels[heldBecause].flatMap(HoldSummary.Cause.init(rawValue:))
        if let (value, time) = read(labels[held]) {
            let left = (labels[leaving] ?? "").split(separator: " ").compactMap { CommitID(String($0)) }
            if let commit = CommitID(value) {
                var hold = Hold(at: commit, leaving: left, because: cause)
                hold.until = labels[heldUntil].flatMap(HoldSummary.End.init(rawValue:)) ?? .push
                (hold.by, hold.reason) = (labels[heldBy], labels[holdReason])
                decisions.hold = .init(hold, at: time)
            } else if value == "false" {
                decisions.hold = .init(nil, at: time)
            }
        }
        return decisions
    }

    private static func text(_ value: String, _ time: Date?) -> String? {
        guard let time else { return nil }
        let milliseconds = Int64((time.timeIntervalSince1970 * 1000).rounded())
        let second = Date(timeIntervalSince1970: Double(milliseconds / 1000)).rfc3339.dropLast()
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(value) \(second).\(fraction)Z"
    }

    private static func read(_ label: String?) -> (value: String, time: Date)? {
        let parts = (label ?? "").split(separator: " ").map(String.init)
        guard parts.count == 2, let time = Date(rfc3339: parts[1]) else { return nil }
        return (parts[0], time)
    }
}
