import Foundation
package import Logging
import ServiceLifecycle

/// Takes the deployment whose turn it is from the store and runs it, one at a time, until it is told to stop.
package struct Deployer: Service {
    private let configuration: Configuration
    private let gitHub: GitHubClient
    private let target: any DeploymentTarget
    private let store: Store
    private let authentication: Authentication
    private let statuses: CommitStatusReporter
    private let notifier: Notifier
    private let redactor: Redactor
    private let metrics: Metrics
    private let logger: Logger

    package init(
        configuration: Configuration, gitHub: GitHubClient, target: any DeploymentTarget, store: Store,
        authentication: Authentication, statuses: CommitStatusReporter, notifier: Notifier, redactor: Redactor,
        metrics: Metrics,
        logger: Logger
    ) {
        self.configuration = configuration
        self.gitHub = gitHub
        self.target = target
        self.store = store
        self.authentication = authentication
        self.statuses = statuses
        self.notifier = notifier
        self.redactor = redactor
        self.metrics = metrics
        self.logger = logger
    }

    package func run() async throws {
        // Whoever is told to stop leaves the running deployment to Marathon and closes it as interrupted.
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await work()
                } catch {
                    if Task.isCancelled { return }
                    // A store that can't be written now may be written later; the rows wait.
                    logger.error("The deployer pauses for \(Self.pause.brief): \(error)")
                    try? await Task.sleep(for: Self.pause)
                }
            }
        }
    }

    private static let pause = Duration.seconds(5)

    private func work() async throws {
        let queued = store.feed.signals(where: \.mayStartDeployment)
        try await closeInterrupted()
        try await deployQueued()
        for await _ in queued {
            try await deployQueued()
        }
    }

    /// What a crash, or a store that failed, left behind.
    private func closeInterrupted() async throws {
        for deployment in try await store.closeInterrupted(of: configuration.branch) {
            guard deployment.isInterrupted else {
                statuses.report(.failure, deployment.outcome ?? "", on: deployment.commit)
                try await note(end: deployment.id)
                continue
            }
            logger.warning(
                "A deployment was interrupted; its commit is queued again",
                metadata: [.deployment: "\(deployment.id)", .commit: "\(deployment.commit.short)"])
        }
    }

    private func deployQueued() async throws {
        // A token that is refused for one thing and taken for another must not make us ask all the time.
        var pause = Backoff(first: .seconds(2), limit: .seconds(300))
        while true {
            try Task.checkCancellation()
            // It may wait for hours, and an operator may pause, cancel or roll back meanwhile.
            try await authentication.granted()
            guard try await !isPaused,
                let next = try await store.nextQueued(of: configuration.branch)
            else { return }
            do {
                try await deploy(next)
            } catch is Store.AlreadyEnded {
                logger.info("The deployment was ended as it was taken up", metadata: next.metadata)
            } catch is DeploymentRun.TokenRefused {
                try await Task.sleep(for: pause.delay())
            }
        }
    }

    /// - Throws: `TokenRefused` once the commit is queued again, `CancellationError`, `Store.Failed`, `Store.AlreadyEnded`.
    private func deploy(_ deployment: Deployment) async throws {
        logger.info("Deployment started", metadata: deployment.metadata)
        let journal = Journal(deployment: deployment.id, store: store, redactor: redactor, logger: logger)
        let report = DeploymentReport(deployment, journal: journal, store: store)
        let run = DeploymentRun(
            report: report, gitHub: gitHub, store: store, source: SourceFetch(gitHub: gitHub, logger: logger),
            target: target, statuses: statuses, stateDirectory: configuration.state.directory,
            timeout: configuration.deployment.timeout, logger: logger)
        do {
            try await runUnlessCancelled(run, deployment.id)
        } catch let cancellation as CancellationError {
            try await store.interrupt(await report.deployment)
            throw cancellation
        } catch let refusal as DeploymentRun.TokenRefused {
            try await store.interrupt(await report.deployment, outcome: Deployment.tokenRefusedOutcome)
            try await note(end: deployment.id)
            throw refusal
        } catch is CancelledByOperator {
            guard await !report.deployment.stage.isFinal else { return }
            try await report.finish(as: .failed, outcome: Deployment.cancelledOutcome)
            statuses.report(.failure, Deployment.cancelledOutcome, on: deployment.commit)
        }
        try await note(end: deployment.id)
    }

    private struct CancelledByOperator: Error {}

    /// - Throws: `CancelledByOperator`, and what the run throws.
    private func runUnlessCancelled(_ run: DeploymentRun, _ id: Int64) async throws {
        let cancellations = store.feed.signals { change in
            if case .cancellation(let wanted) = change { wanted == id } else { false }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await run.run() }
            group.addTask {
                for await _ in cancellations { throw CancelledByOperator() }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private var isPaused: Bool {
        get async throws {
            try await store.branchState(of: configuration.branch).isPaused
        }
    }

    /// The one line that says how it went.
    private func note(end id: Int64) async throws {
        guard let ended = try await store.deployment(id) else { return }
        let before = try await store.deployment(before: ended)
        if let notification = Notification(ended, before: before) { notifier.tell(notification) }
        let took = ended.duration(now: Date())
        metrics.count(deployment: ended.stage, took: took)
        var metadata = ended.metadata
        if let took { metadata[.took] = "\(took.brief)" }
        let outcome = redactor.redact(ended.outcome ?? "")
        switch ended.stage {
        case .succeeded: logger.info("Deployment succeeded: \(outcome)", metadata: metadata)
        case .superseded: logger.info("Deployment superseded: \(outcome)", metadata: metadata)
        default: logger.error("Deployment failed: \(outcome)", metadata: metadata)
        }
    }
}

extension Deployment {
    fileprivate var metadata: Logger.Metadata {
        [.deployment: "\(id)", .commit: "\(commit.short)", .trigger: "\(request.trigger.rawValue)"]
    }
}

extension EngineChange {
    fileprivate var mayStartDeployment: Bool {
        switch self {
        case .deployment(let deployment): deployment.stage == .queued
        case .branch(_, let state): !state.isPaused
        case .databaseRecreated: true
        default: false
        }
    }
}
