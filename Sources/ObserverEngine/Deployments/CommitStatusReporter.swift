package import Logging
import ServiceLifecycle
import Synchronization

/// Shows the state of a deployment next to its commit on GitHub, in the background: a status that can't be reported is
/// logged. While the permission is missing, that is logged once; it may be granted at any time.
package struct CommitStatusReporter: Service {
    private struct Report: Sendable {
        let status: CommitStatus
        let commit: CommitID
        /// Set once it is on GitHub or could not be reported.
        let isDone = Latch<Void>()
    }

    private static let retryLimit = Duration.seconds(30)

    private let gitHub: GitHubClient
    private let isOn: Bool
    private let redactor: Redactor
    private let logger: Logger
    private let reports: AsyncStream<Report>
    private let queue: AsyncStream<Report>.Continuation
    private let pending = PendingCommits()
    private let ended = EndedCommits()

    package init(gitHub: GitHubClient, isOn: Bool, redactor: Redactor, logger: Logger) {
        self.gitHub = gitHub
        self.isOn = isOn
        self.redactor = redactor
        self.logger = logger
        (reports, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    /// Queues a status; it is reported in the background.
    /// - Returns: Set once it is on GitHub or could not be reported; nil if statuses are switched off.
    @discardableResult
    package func report(
        _ state: CommitStatus.State, _ description: String, on commit: CommitID
    ) -> Latch<Void>? {
        guard isOn else { return nil }
        pending.note(commit, isPending: state == .pending)
        if state != .pending { ended.note(commit, hasSucceeded: state == .success) }
        let text = redactor.redact(description).headline.printable
        let report = Report(status: CommitStatus(state: state, description: text), commit: commit)
        queue.yield(report)
        return report.isDone
    }

    /// Whether the last status of a commit is pending.
    func isPending(_ commit: CommitID) -> Bool { pending.contains(commit) }

    /// Whether the last status of a commit that was not pending was a success, as far as it is remembered.
    func hasSucceeded(_ commit: CommitID) -> Bool { ended.hasSucceeded(commit) }

    /// Notes commits whose last status has been pending since before this process started.
    func note(pending commits: Set<CommitID>) {
        guard isOn else { return }
        for commit in commits { pending.note(commit, isPending: true) }
    }

    /// At shutdown, the queued statuses are still reported.
    package func run() async throws {
        await withGracefulShutdownHandler {
            var isForbidden = false
            for await report in reports {
                isForbidden = await !reportOne(report, isForbidden: isForbidden)
                report.isDone.set(())
            }
            try? await gracefulShutdown()
        } onGracefulShutdown: {
            queue.finish()
        }
    }

    /// - Parameter isForbidden: Whether GitHub refused the last one.
    /// - Returns: false where GitHub refuses it.
    private func reportOne(_ report: Report, isForbidden: Bool) async -> Bool {
        do {
            do {
                try await send(report.status, on: report.commit)
            } catch let error as GitHubError where error.isInvalid {
                // The state matters more than its description.
                logger.warning("\(error) Reporting the state without details.")
                try await send(report.status.plain, on: report.commit)
            }
            if isForbidden { logger.info("GitHub accepts commit statuses again.") }
        } catch let error as GitHubError where error.isForbidden {
            if !isForbidden {
                logger.warning("\(error) Commit statuses are missing until GitHub accepts them.")
            }
            return false
        } catch is CancellationError {
            return !isForbidden
        } catch {
            logger.warning("\(error)")
            return !isForbidden
        }
        return true
    }

    private func send(_ status: CommitStatus, on commit: CommitID) async throws {
        try await Retry(until: .now + Self.retryLimit, logger: logger) {
            try await gitHub.report(status, on: commit)
        }
    }
}

/// The commits whose last status is pending: as many as there are deployments that have not ended.
private final class PendingCommits: Sendable {
    private let commits = Mutex<Set<CommitID>>([])

    func note(_ commit: CommitID, isPending: Bool) {
        commits.withLock { commits in
            commits.remove(commit)
            guard isPending else { return }
            commits.insert(commit)
        }
    }

    func contains(_ commit: CommitID) -> Bool { commits.withLock { $0.contains(commit) } }
}

/// How the last deployments of the newest commits ended.
private final class EndedCommits: Sendable {
    private static let limit = 100

    private let newest = Mutex<[(commit: CommitID, hasSucceeded: Bool)]>([])

    func note(_ commit: CommitID, hasSucceeded: Bool) {
        newest.withLock { newest in
            newest.removeAll { $0.commit == commit }
            newest.append((commit, hasSucceeded))
            if newest.count > Self.limit { newest.removeFirst() }
        }
    }

    func hasSucceeded(_ commit: CommitID) -> Bool {
        newest.withLock { $0.first { $0.commit == commit }?.hasSucceeded ?? false }
    }
}

extension GitHubError {
    fileprivate var isInvalid: Bool {
        switch reason {
        case .invalid: true
        default: false
        }
    }

    /// Whether the token lacks the permission, or the repository is archived.
    fileprivate var isForbidden: Bool {
        switch reason {
        case .forbidden: true
        default: false
        }
    }
}
