package import Logging
import ServiceLifecycle

/// Shows at GitHub, beside the commit, how its deployment goes. It never holds up a deployment: what can't be reported is
/// logged, and a token that may not report is not asked again.
package struct CommitStatusReporter: Service {
    private struct Report: Sendable {
        let status: CommitStatus
        let commit: CommitID
    }

    /// A status is a hint, not a promise: it is tried again for so long.
    private static let patience = Duration.seconds(30)

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

    /// Is reported in its turn.
    package func report(_ state: CommitStatus.State, _ description: String, on commit: CommitID) {
        guard isOn else { return }
        let text = redactor.redact(description).printable
        queue.yield(Report(status: CommitStatus(state: state, description: text), commit: commit))
    }

    /// Told to stop, it still reports what waits.
    package func run() async throws {
        await withGracefulShutdownHandler {
            for await report in reports {
                guard await mayGoOn(after: report) else { break }
            }
            try? await gracefulShutdown()
        } onGracefulShutdown: {
            queue.finish()
        }
    }

    private func mayGoOn(after report: Report) async -> Bool {
        do {
            try await Retry(until: .now + Self.patience, logger: logger) {
                try await gitHub.report(report.status, on: report.commit)
            }
        } catch let error as GitHubError where error.isLasting {
            logger.warning("\(error) Commit statuses are switched off until the next start.")
            return false
        } catch is CancellationError {
            return false
        } catch {
            logger.warning("\(error)")
        }
        return true
    }
}

extension GitHubError {
    /// The token may not do it, and will not the next time.
    fileprivate var isLasting: Bool {
        switch reason {
        case .forbidden: true
        default: false
        }
    }
}
