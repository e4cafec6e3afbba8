import Foundation

/// An app in a notification of drift or of its correction.
struct DriftedApp: Encodable, Equatable {
    let id: String
    /// nil if that is not known any more.
    let kind: AppSummary.Drift.Kind?
    let since: Date?
    /// From the running value to the one in the spec; empty for an app that is missing or copied.
    let fields: [AppChange.Field]
}

extension Notification {
    /// Apps that no longer match the specs of the deployment.
    init(drifted apps: [AppSummary], from last: Deployment) {
        event = .drifted
        repository = last.request.branch.repository.description
        branch = last.request.branch.name
        commit = last.commit.description
        deployment = last.id
        let differences = apps.map { "\($0.id) \($0.drift?.sentence ?? "")" }.joined(separator: "; ")
        outcome = differences.beginning(ofBytes: TextLimit.message) + "."
        (requestedBy, reason) = (nil, nil)
        text = "\(repository) \(branch): drift from \(last.commit.short). \(outcome)".escapedForChat
        self.apps = apps.map {
            DriftedApp(id: $0.id, kind: $0.drift?.kind, since: $0.drift?.since, fields: $0.drift?.fields ?? [])
        }
    }
}

extension Deployment {
    /// The drift that a correction has undone. It may have ended before anyone was notified of it.
    var correctedDrift: [DriftedApp] {
        let changed = changes.filter(\.isEffective)
        let corrected = request.corrections ?? changed.map { CorrectedApp(id: $0.appID) }
        return corrected.map { app in
            let change = changed.first { $0.appID == app.id }
            return DriftedApp(
                id: app.id, kind: app.kind ?? change?.correctedKind, since: app.since, fields: change?.fields ?? [])
        }
    }
}

extension AppChange {
    /// The kind of the drift that the change corrects, as far as it shows.
    fileprivate var correctedKind: AppSummary.Drift.Kind? {
        switch kind {
        case .created: .missing
        case .updated: .changed
        case .unchanged, .removed, .orphaned: nil
        }
    }
}
