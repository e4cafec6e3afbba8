import Foundation

/// Since when each app has drifted, and which of it was announced. Decides what a report on the apps announces.
///
/// A field that differs is announced once, until it matches the spec again. An app is announced at most once within the
/// pause; what happens to it meanwhile is announced at the end of the pause, if it still differs then.
struct DriftMemory: Equatable, Sendable {
    /// The changes since the last report that operators should know.
    struct News: Equatable, Sendable {
        /// The apps to announce, with all their differing fields.
        var announced: [AppSummary] = []
        /// The announced apps that no longer drift.
        var ended: [String] = []
        /// When the next app may be announced that was announced too recently; nil without one.
        var due: Date?
    }

    private(set) var apps: [String: KnownDrift]
    private let pause: TimeInterval

    init(_ known: [KnownDrift] = [], pause: Duration) {
        apps = Dictionary(known.map { ($0.app, $0) }) { first, _ in first }
        self.pause = pause.seconds
    }

    /// When the first difference of each app that drifts was found.
    var since: [String: Date] { apps.compactMapValues(\.since) }

    /// - Parameter drifted: All apps that drift now.
    mutating func note(_ drifted: [AppSummary], at now: Date) -> News {
        var news = News()
        for app in drifted {
            guard let drift = app.drift else { continue }
            var known = apps[app.id] ?? KnownDrift(app: app.id)
            known.since = known.since ?? drift.since ?? now
            let paths = Set(drift.fields.map(\.path))
            if known.kind == drift.kind, paths.isSubset(of: known.paths) {
                known.paths = paths
            } else if let end = endOfPause(of: known, at: now) {
                news.due = min(news.due ?? end, end)
            } else {
                (known.kind, known.paths, known.announcedAt) = (drift.kind, paths, now)
                news.announced.append(app)
            }
            apps[app.id] = known
        }
        let left = Set(drifted.map(\.id))
        for (id, known) in apps where !left.contains(id) {
            if known.kind != nil { news.ended.append(id) }
            let isRecent = endOfPause(of: known, at: now) != nil
            apps[id] = isRecent ? KnownDrift(app: id, announcedAt: known.announcedAt) : nil
        }
        news.ended.sort()
        return news
    }

    /// nil if the app may be announced now. The clock may have been set back.
    private func endOfPause(of known: KnownDrift, at now: Date) -> Date? {
        guard let last = known.announcedAt, last <= now else { return nil }
        let end = last.addingTimeInterval(pause)
        return end > now ? end : nil
    }
}
