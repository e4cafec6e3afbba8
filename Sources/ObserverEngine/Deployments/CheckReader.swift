import Foundation
import Synchronization

/// Reads the checks of commits from GitHub. What was read a moment ago is not read again, unless an event shows that it has
/// changed; what has not changed since costs nothing of GitHub's rate limit.
package final class CheckReader: Sendable {
    /// The events of the webhook that show that checks have changed.
    static let events = DesiredWebhook.checks
    /// The time between two readings.
    static let interval = Duration.seconds(15)
    /// Commits whose checks are kept.
    private static let limit = 2 * DeploymentQueue.limit

    private struct Reading {
        let facts: CheckFacts
        /// When it started: GitHub's answer may be as old as that.
        let at: ContinuousClock.Instant
    }

    private struct State {
        var readings: [CommitID: Reading] = [:]
        /// Counts the events that show that checks have changed.
        var changes = 0
        /// GitHub asked for no requests before this time; the reason is a sentence.
        var limit: (until: ContinuousClock.Instant, reason: String)?
    }

    private let gitHub: GitHubClient
    private let branch: WatchedBranch
    private let required: RequiredChecks
    private let pages: PageCache
    private let state = Mutex(State())

    package init(gitHub: GitHubClient, branch: WatchedBranch, required: RequiredChecks, feed: ChangeFeed) {
        self.gitHub = gitHub
        self.branch = branch
        self.required = required
        pages = PageCache()
        guard required != .off else { return }
        feed.listen { [weak self] change in
            if case .delivery(let delivery) = change, Self.events.contains(delivery.event) { self?.expire() }
        }
    }

    /// - Parameter age: How old they may be.
    /// - Throws: `CancellationError`
    func facts(of commit: CommitID, notOlderThan age: Duration = interval) async throws -> CheckFacts {
        let (known, limit, changes) = state.withLock { ($0.readings[commit], $0.limit, $0.changes) }
        let now = ContinuousClock.now
        if let limit, limit.until > now { return known?.facts ?? .unreadable(limit.reason) }
        if let known, now - known.at < age { return known.facts }
        let facts = try await read(commit)
        state.withLock { state in
            // Checks have changed since: the next reading asks again.
            guard state.changes == changes else { return }
            if state.readings.count >= Self.limit { state.readings = [:] }
            state.readings[commit] = Reading(facts: facts, at: now)
        }
        return facts
    }

    /// Makes the next reading ask GitHub again.
    private func expire() {
        state.withLock { state in
            state.readings = [:]
            state.changes += 1
        }
    }

    private func read(_ commit: CommitID) async throws -> CheckFacts {
        do {
            let protected = required == .required ? try await gitHub.requiredChecks(of: branch.name, pages) : nil
            let runs = try await gitHub.checkRuns(of: commit, pages)
            let statuses = try await gitHub.statuses(of: commit, pages)
            return .read(runs.map(\.report) + statuses.map(\.report), protected: protected)
        } catch let error as GitHubError {
            if let wait = error.retryAfter {
                state.withLock { $0.limit = (ContinuousClock.now + wait, error.description) }
            }
            return .unreadable(error.description)
        }
    }
}

extension GitHubCheckRun {
    /// Source: https://docs.github.com/rest/checks/runs
    fileprivate var report: CheckReport {
        let state: CheckReport.State =
            switch conclusion {
            case _ where status != "completed": .pending
            case "success", "neutral", "skipped": .passed
            case let conclusion: .failed(conclusion ?? "no conclusion")
            }
        // A run that is queued has no time yet.
        let date = startedAt ?? (state == .pending ? .distantFuture : .distantPast)
        return CheckReport(name: name, state: state, at: date, url: htmlUrl)
    }
}

extension GitHubCombinedStatus.Status {
    fileprivate var report: CheckReport {
        let result: CheckReport.State =
            switch state {
            case "success": .passed
            case "pending": .pending
            default: .failed(state)
            }
        let date = updatedAt ?? (result == .pending ? .distantFuture : .distantPast)
        return CheckReport(name: context, state: result, at: date, url: targetUrl)
    }
}
