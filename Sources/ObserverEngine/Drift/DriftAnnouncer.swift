import Foundation
package import Logging
import Synchronization

/// Announces drift when it begins, grows and ends: in the log, the metrics, and to the notification endpoint. Remembers it
/// in the store, so that a restart does not announce it again.
package final class DriftAnnouncer: Sendable {
    private struct State {
        /// nil until it has been read from the store.
        var memory: DriftMemory?
        /// The memory as it is in the store.
        var saved: [String: KnownDrift] = [:]
    }

    private let branch: WatchedBranch
    private let policy: DriftPolicy
    private let store: Store
    private let notifier: Notifier
    private let metrics: Metrics
    private let logger: Logger
    private let state = Mutex(State())
    private let due: AsyncStream<Date>.Continuation
    /// The times at which an app may be announced that was announced too recently: the apps should be read again then.
    let dueTimes: AsyncStream<Date>

    package init(
        branch: WatchedBranch, policy: DriftPolicy, store: Store, notifier: Notifier, metrics: Metrics, logger: Logger
    ) {
        self.branch = branch
        self.policy = policy
        self.store = store
        self.notifier = notifier
        self.metrics = metrics
        self.logger = logger
        (dueTimes, due) = AsyncStream.makeStream(of: Date.self, bufferingPolicy: .bufferingNewest(1))
        store.feed.listen { [weak self] change in
            // The new database is empty, and gets the memory with the next report.
            if case .databaseRecreated = change { self?.state.withLock { $0.saved = [:] } }
        }
    }

    /// When the first difference of each app that drifts was found, also before a restart.
    /// - Throws: `Store.Failed`
    func since() async throws -> [String: Date] {
        if let memory = state.withLock(\.memory) { return memory.since }
        let known = DriftMemory(try await store.knownDrift(of: branch), pause: policy.announcementPause)
        state.withLock { ($0.memory, $0.saved) = (known, known.apps) }
        return known.since
    }

    /// The apps can't be read, so it is not known whether they differ.
    func noteUnread() { metrics.note(driftedApps: nil) }

    /// - Parameters:
    ///   - isCompared: Whether the apps were compared with their specs now; otherwise the known drift stays as it is.
    ///   - last: The deployment that should be running; nil if only the target knows it.
    func announce(
        _ report: AppsReport, before: AppsReport, isCompared: Bool, last: Deployment?, at now: Date = Date()
    ) async {
        metrics.note(driftedApps: report.isCurrent ? report.drifted.count : nil)
        guard isCompared, policy.response != .ignore else { return }
        let news = state.withLock { state in
            var memory = state.memory ?? DriftMemory(pause: policy.announcementPause)
            let news = memory.note(report.drifted, at: now)
            state.memory = memory
            return news
        }
        for app in news.announced {
            logger.warning(
                "Drift: \(app.id) \(app.drift?.sentence ?? "")", metadata: last.map { [.commit: "\($0.commit.short)"] })
        }
        let refused = Set(before.drifted.filter { $0.drift?.refusal != nil }.map(\.id))
        for app in report.drifted where !refused.contains(app.id) {
            guard let refusal = app.drift?.refusal else { continue }
            logger.warning("Drift of \(app.id) is not corrected. \(refusal)")
        }
        for id in news.ended { logger.info("\(id) no longer drifts from its spec.") }
        if !news.announced.isEmpty, let last { notifier.post(Notification(drifted: news.announced, from: last)) }
        if let date = news.due { due.yield(date) }
        await save()
    }

    private func save() async {
        let (known, saved) = state.withLock { ($0.memory?.apps ?? [:], $0.saved) }
        guard known != saved else { return }
        do {
            try await store.save(Array(known.values), of: branch)
            state.withLock { $0.saved = known }
        } catch {
            // The next report retries it.
            logger.debug("Could not store which drift is known: \(error)")
        }
    }
}
