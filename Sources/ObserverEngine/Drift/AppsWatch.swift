import Foundation
package import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the report on the apps live: by the target's events, and by polling only where they are not available and someone
/// looks or something is being deployed.
package final class AppsWatch: Service {
    private struct State {
        var isListening = false
        /// The source of the events, and what is set once they have another one.
        var source: (name: String, hasMoved: Latch<Void>)?
        var lastRead: ContinuousClock.Instant?
        /// When the last read that may fetch, and was not cancelled, began.
        var lastBegan: ContinuousClock.Instant?
        /// The deployment whose commit could not be fetched, and will not be before a time.
        var missing: (deployment: Int64, failure: SourceFailure, until: ContinuousClock.Instant)?
        /// Whether deployments are paused; nil until it is known.
        var isPaused: Bool?
    }

    /// The time between two reads, however many events there are.
    private static let minimumPause = Duration.milliseconds(500)
    private static let pollInterval = Duration.seconds(2)
    private static let pollIntervalWithEvents = Duration.seconds(30)
    private static let timeout = Duration.seconds(5)
    /// After GitHub no longer had the commit of the last success.
    private static let pauseAfterMissing = Duration.seconds(60)
    private static let outputTimeout = Duration.seconds(15)

    private let expected: ExpectedApps
    private let store: Store
    private let status: AppsStatus
    private let announcer: DriftAnnouncer
    private let settings: Settings
    private let logger: Logger
    private let turns = AsyncLock()
    private let state = Mutex(State())
    private let wakeUps: AsyncStream<Void>
    private let waking: AsyncStream<Void>.Continuation
    /// Signals that someone looks.
    private let views: AsyncStream<Void>
    private let viewing: AsyncStream<Void>.Continuation

    package struct Settings: Sendable {
        let branch: WatchedBranch
        let drift: DriftPolicy
        /// The time between two checks for drift; zero checks after deployments and events only.
        let reviewInterval: Duration

        package init(branch: WatchedBranch, drift: DriftPolicy, reviewInterval: Duration) {
            self.branch = branch
            self.drift = drift
            self.reviewInterval = reviewInterval
        }
    }

    package init(
        expected: ExpectedApps, store: Store, status: AppsStatus, announcer: DriftAnnouncer, settings: Settings,
        logger: Logger
    ) {
        self.expected = expected
        self.store = store
        self.status = status
        self.announcer = announcer
        self.settings = settings
        self.logger = logger
        (wakeUps, waking) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (views, viewing) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    package func run() async throws {
        let deployments = store.feed.signals { [status] change in
            guard case .deployment(let deployment) = change else { return false }
            return deployment.stage.isFinal || status.isViewed
        }
        let pauseEnds = store.feed.signals { [weak self] change in self?.isEndOfPause(change) == true }
        await notePause()
        await cancelWhenGracefulShutdown { [self] in
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in deployments { self.waking.yield() } }
                group.addTask { for await _ in pauseEnds { self.waking.yield() } }
                group.addTask {
                    for await _ in self.expected.changes {
                        self.waking.yield()
                        self.checkSource()
                    }
                }
                group.addTask {
                    for await _ in self.status.newViewers {
                        self.waking.yield()
                        self.viewing.yield()
                    }
                }
                group.addTask { await self.listen() }
                group.addTask { await self.poll() }
                group.addTask { await self.review() }
                group.addTask { await self.awaitAnnouncements() }
                for await _ in wakeUps {
                    await read(mayFetch: status.isViewed || settings.reviewInterval > .zero, isAsked: status.isViewed)
                    try? await Task.sleep(for: Self.minimumPause)
                }
                group.cancelAll()
            }
        }
    }

    /// Reads the apps now.
    package func refresh() async -> AppsReport {
        await read(mayFetch: true, isAsked: true)
        return status.report
    }

    /// Reads the end of the output of an app, without secrets.
    /// - Returns: nil if nothing was deployed yet, or the target does not keep output.
    package func output(of app: String, lines: Int) async throws -> [AppOutput]? {
        guard let inspector = try await inspectorOfOutput() else { return nil }
        let found = try await inspector.output(of: app, lines: lines, until: .now + Self.outputTimeout)
        return found.map { $0.redacted(by: store.redactor) }
    }

    /// Follows the output of an app, without secrets, until no instance of it runs any more.
    package func follow(_ app: String, lines: Int, _ write: @escaping OutputWriter) async throws {
        guard let inspector = try await inspectorOfOutput() else { return }
        let redactor = store.redactor
        try await inspector.follow(app, lines: lines) { await write($0.redacted(by: redactor)) }
    }

    /// The inspector of the last success; before the first success that of the newest deployment, whose apps may show why it
    /// failed.
    private func inspectorOfOutput() async throws -> (any TargetInspector)? {
        if let last = try await store.lastSucceeded(of: settings.branch) {
            return try await expected.inspector(of: last, mayFetch: true)
        }
        guard let newest = try await store.deployments(of: settings.branch, limit: 1).first else { return nil }
        // A commit that is invalid has no apps.
        return try? await expected.inspect(newest)
    }

    // MARK: - When to read

    /// Whether drift may be corrected now that was not during a pause. Called while the change is published.
    private func isEndOfPause(_ change: EngineChange) -> Bool {
        guard settings.drift.response == .correct, case .branch(settings.branch, let branch) = change else {
            return false
        }
        return state.withLock { state in
            let wasPaused = state.isPaused ?? true
            state.isPaused = branch.isPaused
            return wasPaused && !branch.isPaused
        }
    }

    /// Notes a pause from before the start, unless a newer state was published meanwhile.
    private func notePause() async {
        guard let isPaused = try? await store.branchState(of: settings.branch).isPaused else { return }
        state.withLock { $0.isPaused = $0.isPaused ?? isPaused }
    }

    /// Listens to the target's events, and connects again when they end.
    private func listen() async {
        var backoff = Backoff(limit: .seconds(15))
        while !Task.isCancelled {
            do {
                guard let inspector = try await expected.wait() else { return }
                try await listen(by: inspector)
                backoff = Backoff(limit: .seconds(15))
            } catch {
                if Task.isCancelled { return }
                logger.debug("Could not listen to the target's events: \(error)")
            }
            state.withLock { $0.isListening = false }
            try? await Task.sleep(for: backoff.delay())
        }
    }

    /// Returns when the events end, or when the expected apps have another source of events.
    private func listen(by inspector: any TargetInspector) async throws {
        let hasMoved = Latch<Void>()
        state.withLock { $0.source = (inspector.eventSource, hasMoved) }
        // It may have changed since the inspector was read.
        checkSource()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await inspector.listen {
                    self.state.withLock { $0.isListening = true }
                    self.waking.yield()
                } _: {
                    self.waking.yield()
                }
            }
            group.addTask { try await hasMoved.get() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func checkSource() {
        guard let source = state.withLock(\.source), let current = expected.eventSource, current != source.name
        else { return }
        source.hasMoved.set(())
    }

    /// Without a viewer it has no timer: an idle process stays asleep.
    private func poll() async {
        for await _ in views {
            while status.isViewed, !Task.isCancelled {
                try? await Task.sleep(for: Self.pollInterval)
                let (isListening, last) = state.withLock { ($0.isListening, $0.lastRead) }
                let interval = isListening ? Self.pollIntervalWithEvents : Self.pollInterval
                if last.map({ .now - $0 >= interval }) ?? true { waking.yield() }
            }
        }
    }

    private func review() async {
        guard settings.reviewInterval > .zero else { return }
        while !Task.isCancelled {
            waking.yield()
            try? await Task.sleep(for: settings.reviewInterval)
        }
    }

    /// Reads the apps when drift may be announced that was too recent before.
    private func awaitAnnouncements() async {
        for await date in announcer.dueTimes {
            try? await Task.sleep(for: .seconds(max(0, date.timeIntervalSinceNow)))
            waking.yield()
        }
    }

    // MARK: - Reading

    /// Callers that wait for the same read share it: a target that does not respond must not make a queue of them.
    /// - Parameters:
    ///   - mayFetch: Whether to fetch the specs of a deployment from before the start.
    ///   - isAsked: Whether someone looks.
    private func read(mayFetch: Bool, isAsked: Bool) async {
        let asked = ContinuousClock.now
        try? await turns.withLock {
            if let last = state.withLock(\.lastBegan), last > asked { return }
            let began = ContinuousClock.now
            try await report(mayFetch: mayFetch, isAsked: isAsked)
            state.withLock { state in
                state.lastRead = .now
                if mayFetch { state.lastBegan = began }
            }
        }
    }

    /// Brings the report up to date, or shows in it why that is not possible.
    /// - Throws: `CancellationError`
    private func report(mayFetch: Bool, isAsked: Bool) async throws {
        do {
            try await readOnce(mayFetch: mayFetch, isAsked: isAsked)
        } catch let error where !(error is CancellationError) {
            let problem = store.redactor.redact("\(error)")
            if status.report.problem == nil { logger.warning("The apps could not be read: \(problem)") }
            status.update { $0.problem = problem }
            announcer.noteUnread()
        }
    }

    private func readOnce(mayFetch: Bool, isAsked: Bool) async throws {
        // A deployment that ends in between is not in the report: it ended later than the report was read.
        let began = Date()
        // Read before the last success: if a deployment ends in between, the reading shows it.
        let historyBefore = try await store.deployments(of: settings.branch, limit: 100)
        let last = try await store.lastSucceeded(of: settings.branch)
        var found = try await inspector(of: last, mayFetch: mayFetch)
        if found == nil, last == nil, isAsked {
            switch try await expected.running() {
            case .commit(let inspector): found = inspector
            case .nothing: return status.update { $0 = AppsReport(readAt: Date()) }
            case .unknown: break
            }
        }
        guard let inspector = found else {
            let isUnknown = expected.areUnknown(of: last)
            // That nothing ran before a deployment does not matter any more.
            let isOutdated = historyBefore.contains(where: \.isRunning)
            return status.update { report in
                if isUnknown { report = AppsReport(isSupported: false) }
                if isOutdated, report.apps.isEmpty { report.readAt = nil }
                report.note(lastDeployed: last, history: historyBefore)
            }
        }
        let inspected = try await inspector.inspect(until: .now + Self.timeout)
        let history = try await store.deployments(of: settings.branch, limit: 100)
        let before = status.report
        let reading = AppsReading(
            inspected: inspected, history: history, historyBefore: historyBefore, last: last, policy: settings.drift,
            since: try await announcer.since())
        var after = reading.report(after: before, at: began)
        if settings.drift.response == .correct, !reading.isDeploying, let last {
            try await correct(&after, last, history)
        }
        after = after.redacted(by: store.redactor)
        if before.problem != nil { logger.info("The apps can be read again") }
        status.update { $0 = after }
        await announcer.announce(after, before: before, isCompared: reading.isCompared, last: last)
    }

    /// The inspector for the last success. A commit that is gone is not fetched again for every read of the apps.
    private func inspector(of last: Deployment?, mayFetch: Bool) async throws -> (any TargetInspector)? {
        if mayFetch, let last, let missing = state.withLock(\.missing), missing.deployment == last.id,
            missing.until > .now
        {
            throw missing.failure
        }
        do {
            return try await expected.inspector(of: last, mayFetch: mayFetch)
        } catch let failure as SourceFailure where !failure.isExternal {
            let next = ContinuousClock.now + Self.pauseAfterMissing
            if let last { state.withLock { $0.missing = (last.id, failure, next) } }
            throw failure
        }
    }

    /// Deploys the commit that should be running, if apps differ from it.
    private func correct(_ report: inout AppsReport, _ last: Deployment, _ history: [Deployment]) async throws {
        guard !report.drifted.isEmpty else { return }
        let state = try await store.branchState(of: settings.branch)
        guard history.allSatisfy({ $0.stage.isFinal || $0.isKeptBack(by: state.hold) }) else { return }
        let correction = DriftCorrection(of: report.drifted, history: history, isPaused: state.isPaused, at: Date())
        for index in report.apps.indices {
            let refusal = correction.refusals[report.apps[index].id]
            report.apps[index].drift?.refusal = refusal
        }
        guard !correction.apps.isEmpty else { return }
        var request = DeploymentRequest(branch: last.request.branch, commit: last.request.commit, trigger: .drift)
        let drifted = Dictionary(report.drifted.map { ($0.id, $0.drift) }) { first, _ in first }
        request.corrections = correction.apps.map { id in
            let drift = drifted[id].flatMap(\.self)
            return CorrectedApp(id: id, kind: drift?.kind, since: drift?.since)
        }
        guard let queued = try await store.enqueueCorrection(request) else { return }
        logger.info(
            "Correcting drift of \(correction.apps.joined(separator: ", "))",
            metadata: [.deployment: "\(queued.id)", .commit: "\(queued.commit.short)"])
    }
}

extension AppOutput {
    fileprivate func redacted(by redactor: Redactor) -> AppOutput {
        var clean = self
        clean.lines = lines.map { redactor.redact(output: $0) }
        return clean
    }
}

extension AppsReport {
    /// The report without secrets, which specs and messages may contain.
    fileprivate func redacted(by redactor: Redactor) -> AppsReport {
        var clean = self
        clean.check?.reason = check?.reason.map { redactor.redact($0) }
        clean.apps = apps.map { app in
            var app = app
            if let message = app.lastFailure?.message { app.lastFailure?.message = redactor.redact(message) }
            if let fields = app.drift?.fields {
                let change = AppChange(appID: app.id, kind: .updated, fields: fields).redacted(by: redactor)
                app.drift?.fields = change.fields
            }
            return app
        }
        return clean
    }
}
