import Foundation
package import Logging

/// Announces drift when it begins and when it ends: in the log, the metrics, and to the notification endpoint.
package struct DriftAnnouncer: Sendable {
    private let notifier: Notifier
    private let metrics: Metrics
    private let logger: Logger

    package init(notifier: Notifier, metrics: Metrics, logger: Logger) {
        self.notifier = notifier
        self.metrics = metrics
        self.logger = logger
    }

    /// The apps can't be read, so it is not known whether they differ.
    func noteUnread() { metrics.note(driftedApps: nil) }

    /// - Parameters:
    ///   - last: The deployment that should be running; nil if only the target knows it.
    func announce(_ report: AppsReport, before: AppsReport, last: Deployment?) {
        metrics.note(driftedApps: report.isCurrent ? report.drifted.count : nil)
        let known = Dictionary(before.drifted.map { ($0.id, $0.drift?.kind) }) { first, _ in first }
        let new = report.drifted.filter { known[$0.id] != $0.drift?.kind }
        for app in new {
            logger.warning(
                "Drift: \(app.id) \(app.drift?.sentence ?? "")", metadata: last.map { [.commit: "\($0.commit.short)"] })
        }
        let refused = Set(before.drifted.filter { $0.drift?.refusal != nil }.map(\.id))
        for app in report.drifted where !refused.contains(app.id) {
            guard let refusal = app.drift?.refusal else { continue }
            logger.warning("Drift of \(app.id) is not corrected. \(refusal)")
        }
        let left = Set(report.drifted.map(\.id))
        for app in before.drifted where !left.contains(app.id) {
            logger.info("\(app.id) no longer drifts from its spec.")
        }
        if !new.isEmpty, let last { notifier.post(Notification(drifted: new, from: last)) }
    }
}

extension AppSummary.Drift {
    /// Follows the name of the app: "differs from its spec: /mem is 64, not 32".
    package var sentence: String {
        switch kind {
        case .missing: "should be running but does not exist"
        case .copied: "has the labels of another app and is not in any spec"
        case .recreated: "was created by someone else, without the observer's labels"
        case .changed:
            "differs from its spec: " + fields.map(\.sentence).joined(separator: ", ")
        }
    }
}

extension AppChange.Field {
    /// "/mem is 64, not 32". Masked values look equal, so only the difference can be stated.
    package var sentence: String {
        before == after ? "\(path) differs" : "\(path) is \(before ?? "absent"), not \(after ?? "absent")"
    }
}

/// An app in a notification of drift.
struct DriftedApp: Encodable, Equatable {
    let id: String
    let since: Date?
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
        text = "\(repository) \(branch): drift from \(last.commit.short). \(outcome)".escapedForChat
        self.apps = apps.map { DriftedApp(id: $0.id, since: $0.drift?.since, fields: $0.drift?.fields ?? []) }
    }
}
