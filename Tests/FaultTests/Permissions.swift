import Foundation
import Simulators
import Synchronization
import Testing

/// When each rule of a test allowed a commit to be applied. A commit may be applied only while all of them allow it.
final class Permissions: Sendable {
    enum Rule: String, CaseIterable {
        case checks, approval, window, pause, hold
    }

    private struct Permission {
        let rule: Rule
        /// nil for every commit.
        let commit: String?
        let from = Date()
        var until: Date?

        func covers(_ rule: Rule, of commit: String, at time: Date) -> Bool {
            self.rule == rule && (self.commit ?? commit) == commit && from <= time && until.map { time < $0 } ?? true
        }
    }

    private let permissions = Mutex<[Permission]>([])
    /// How many changes were checked already.
    private let checked = Mutex(0)

    /// - Parameter allowed: The rules that allow every commit at first.
    init(_ allowed: Rule...) {
        for rule in allowed { allow(rule) }
    }

    /// From now on, a rule allows a commit, or all of them. Call it before the observer can notice.
    func allow(_ rule: Rule, _ commit: String? = nil) {
        permissions.withLock { $0.append(Permission(rule: rule, commit: commit)) }
    }

    /// From now on, a rule allows no commit. Call it after the observer has noticed.
    func forbid(_ rule: Rule) {
        permissions.withLock { permissions in
            for index in permissions.indices where permissions[index].rule == rule && permissions[index].until == nil {
                permissions[index].until = Date()
            }
        }
    }

    /// Checks everything that was applied since the last call against the rules of its moment.
    /// - Parameter last: A commit that was applied.
    func expectOnlyAllowed(by marathon: MarathonSimulator, until last: String? = nil) {
        let changes = marathon.appliedCommits
        if let last { #expect(changes.last?.commit == last) }
        for change in changes.dropFirst(checked.withLock { $0 }) {
            let refusing = permissions.withLock { permissions in
                Rule.allCases.filter { rule in
                    !permissions.contains { $0.covers(rule, of: change.commit, at: change.at) }
                }
            }
            #expect(
                refusing.isEmpty,
                "\(change.commit.prefix(7)) was applied at \(change.at) against \(refusing.map(\.rawValue))")
        }
        checked.withLock { $0 = changes.count }
    }
}

extension MarathonSimulator {
    /// The commits of all requests that changed apps, whatever their response.
    fileprivate var appliedCommits: [(commit: String, at: Date)] {
        requests().filter { $0.method != .get }.flatMap { request in
            (request.json.array ?? [request.json]).compactMap { $0["labels"]?["DPLOY_COMMIT"]?.string }
                .map { ($0, request.receivedAt) }
        }
    }
}
