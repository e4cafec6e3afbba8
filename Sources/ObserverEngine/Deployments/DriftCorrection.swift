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
            // One that failed before its plan, or found nothing to change, may have concerned any app.
            let corrections = recent.filter { deployment in
                deployment.changes.allSatisfy { $0.kind == .unchanged }
                    || deployment.changes.contains { $0.appID == app.id && $0.kind != .unchanged }
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
}
