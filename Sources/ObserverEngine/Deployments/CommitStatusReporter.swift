package import Logging
import ServiceLifecycle

/// Shows the state of a deployment next to its commit on GitHub. It never delays a deployment: a status that can't be
/// reported is logged. While the permission is missing, that is logged once; it may be granted at any time.
package struct CommitStatusReporter: Service {
    private struct Report: Sendable {
        let status: CommitStatus
        let commit: CommitID
    }

    private static let retryLimit = Duration.seconds(30)

    private let gitHub: GitHubClient
    private let isOn: Bool
    private let redactor: Redactor
    private let logger: Logger
    private let reports: AsyncStream<Report>
    private let queue: AsyncStream<Report>.Continuation

    package init(gitHub: GitHubClient, isOn: Bool, redactor: Redactor, logger: Logger) {
        self.gitHub = gitHub
        self.isOn = isOn
        self.redactor = redactor
        self.logger = logger
        (reports, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
    }

    /// Queues a status; it is reported in the background.
    package func report(_ state: CommitStatus.State, _ description: String, on commit: CommitID) {
        guard isOn else { return }
        let text = redactor.redact(description).printable
        queue.yield(Report(status: CommitStatus(state: state, description: text), commit: commit))
    }

    /// At shutdown, the queued statuses are still reported.
    package func run() async throws {
        await withGracefulShutdownHandler {
            var isForbidden = false
            for await report in reports { isForbidden = await !reportOne(report, isForbidden: isForbidden) }
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
