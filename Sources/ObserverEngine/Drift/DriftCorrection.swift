import Foundation

/// The decision whether to undo drift with a deployment.
struct DriftCorrection: Equatable {
    /// How often an app is corrected within the period.
    static let limit = 3
    static let period: TimeInterval = 3600

    /// The apps to correct; empty if there are none.
    private(set) var apps: [String] = []
    /// Why apps are not corrected, as a sentence for each of them.
    private(set) var refusals: [String: String] = [:]

    /// - Parameters:
    ///   - drifted: The apps with drift.
    ///   - history: The newest deployments of the branch.
    init(of drifted: [AppSummary], history: [Deployment], isPaused: Bool, at now: Date) {
        let recent = history.filter {
            $0.request.trigger == .drift && now.timeIntervalSince($0.queuedAt) < Self.period
        }
        for app in drifted {
            if app.drift?.kind == .copied {
                refusals[app.id] = "Someone else's app is not changed; remove it or its labels."
                continue
            }
            if let rejection = Self.rejection(of: app, in: history) {
                refusals[app.id] = "Its correction was \(rejection)".asSentence
                continue
            }
            let corrections = recent.filter {
                $0.startedAt != nil && $0.request.correctedApps?.contains(app.id) ?? true
            }
            if corrections.count >= Self.limit, let oldest = corrections.map(\.queuedAt).min() {
                let next = oldest.addingTimeInterval(Self.period)
                refusals[app.id] = "Corrected \(Self.limit) times within an hour; not again until \(next.rfc3339)."
            } else if isPaused {
                refusals[app.id] = "Deployments are paused."
            } else {
                apps.append(app.id)
            }
        }
    }

    /// The words of the rejection of the same correction; nil if no operator rejected it.
    private static func rejection(of app: AppSummary, in history: [Deployment]) -> String? {
        let last = history.first {
            $0.request.trigger == .drift && $0.request.correctedApps?.contains(app.id) == true
        }
        guard let last, let ending = last.ending, case .rejected = ending, let drift = app.drift,
            let change = last.changes.first(where: { $0.appID == app.id }),
            Self.paths(change.fields) == Self.paths(drift.fields)
        else { return nil }
        return ending.words.headline
    }

    /// The fields that differ. A plan lists labels of the observer only where nothing else differs.
    private static func paths(_ fields: [AppChange.Field]) -> Set<String> {
        Set(fields.without(DployLabel.pointers).map(\.path))
    }
}
