import Foundation

/// Stores the decisions of operators in the labels of an app that never has a task.
///
/// Each branch has an app of its own, so that several observers share a Marathon. Without the label `DPLOY` it is not a
/// managed app, and pruning never removes it.
struct MarathonDecisions: DecisionStore {
    private static let timeout = Duration.seconds(20)

    /// The group for a new app.
    let group: String
    let client: @Sendable (_ deadline: ContinuousClock.Instant) async throws -> MarathonClient

    func recall(_ branch: WatchedBranch) async throws -> Decisions? {
        let labels = try await apps(of: branch, try await client(.now + Self.timeout)).map(\.labels)
        guard let first = labels.first else { return nil }
        return labels.dropFirst().reduce(DecisionLabels.decisions(in: first)) {
            $0.merged(with: DecisionLabels.decisions(in: $1))
        }
    }

    func save(_ decisions: Decisions, of branch: WatchedBranch) async throws {
        let client = try await client(.now + Self.timeout)
        let id = try await apps(of: branch, client).first?.id ?? Self.id(of: branch, in: group)
        let labels = DecisionLabels.labels(for: decisions, of: branch).mapValues(JSONValue.string)
        let app: [String: JSONValue] = [
            "id": .string(id), "instances": .integer(0), "cpus": .number(0.01), "mem": .integer(16),
            "cmd": .string("echo 'Never started: the labels are the memory of dploy observer.'"),
            "portDefinitions": .array([]), "labels": .object(labels),
        ]
        try await client.put(.object(app), at: id)
    }

    private func apps(of branch: WatchedBranch, _ client: MarathonClient) async throws -> [MarathonApp] {
        try await client.apps(withLabel: DecisionLabels.branch)
            .filter { DecisionLabels.isOf(branch, $0.labels) }
            .sorted { $0.id < $1.id }
    }

    /// `/dploy-observer-decisions-octo-site-dcos-1a2b3c4d`
    static func id(of branch: WatchedBranch, in group: String) -> String {
        let name = DecisionLabels.name(of: branch)
        let digest = name.sha256.prefix(8)
        let parts = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let readable = parts.joined(separator: "-").prefix(80)
        return MarathonPath.absolute("dploy-observer-decisions-\(readable)-\(digest)", in: group)
    }
}

/// Decisions as labels: `DPLOY_OBSERVER_PAUSED=true 2026-01-02T03:04:05.678Z`.
enum DecisionLabels {
    /// Marks the app, and names the branch: `octo/site:dcos`.
    static let branch = "DPLOY_OBSERVER"
    static let paused = "DPLOY_OBSERVER_PAUSED"
    static let pausedUntil = "DPLOY_OBSERVER_PAUSED_UNTIL"
    static let pausedBy = "DPLOY_OBSERVER_PAUSED_BY"
    static let pauseReason = "DPLOY_OBSERVER_PAUSE_REASON"
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

    /// GitHub ignores the case of a repository's name.
    static func name(of branch: WatchedBranch) -> String {
        "\(branch.repository.description.lowercased()):\(branch.name)"
    }

    static func isOf(_ branch: WatchedBranch, _ labels: [String: String]) -> Bool {
        labels[Self.branch] == name(of: branch)
    }

    static func labels(for decisions: Decisions, of branch: WatchedBranch) -> [String: String] {
        var labels = [Self.branch: name(of: branch)]
        labels[paused] = text(decisions.pause.value != nil ? "true" : "false", decisions.pause.at)
        if let pause = decisions.pause.value {
            labels[pausedUntil] = pause.until?.rfc3339Milliseconds
            (labels[pausedBy], labels[pauseReason]) = (pause.by, pause.reason)
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

    /// A label that can't be read counts as absent.
    static func decisions(in labels: [String: String]) -> Decisions {
        var decisions = Decisions()
        if let (value, time) = read(labels[paused]), let isPaused = Bool(value) {
            let pause = Pause(
                reason: labels[pauseReason], by: labels[pausedBy],
                until: labels[pausedUntil].flatMap(Date.init(rfc3339:)))
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
