import Foundation
import ObserverEngine

/// The running commit as far as it is known, and the state of newer ones.
struct RunningVersion: Equatable {
    /// How the running commit is known.
    enum Source {
        /// The target reports it.
        case target
        /// The target reported it, and can't be read now.
        case earlierReport
        /// It is the last one that was deployed; the target has not reported what it runs.
        case deployments
    }

    let source: Source
    /// nil if nothing runs, or nothing is known.
    let commit: PlanReport.Commit?
    /// Since when it has been running, or when it was deployed.
    let since: Date?
    /// The change that a deployment is making at the target, or left incomplete; nil without one, or if it is not known.
    let change: VersionChange?
    /// The newest deployment after the last success that may have left changes behind.
    private(set) var disturbance: DeploymentSummary?
    /// The newest deployment after the last success that is not superseded: queued, running, failed or cancelled.
    private(set) var newer: DeploymentSummary?

    init(_ mirror: EngineMirror) {
        let deployed = mirror.deployed
        if let report = mirror.currentApps, report.isSupported, report.readAt != nil {
            source = report.problem == nil ? .target : .earlierReport
            (commit, since) = (report.running, report.since)
            change = mirror.change
        } else {
            (source, change) = (.deployments, nil)
            commit = deployed.map { PlanReport.Commit(id: $0.commit, message: $0.message) } ?? mirror.apps?.running
            since = deployed?.finishedAt ?? mirror.apps?.since
        }
        let current = mirror.currentDeployment
        if let current, !current.stage.isFinal { newer = current }
        var isCorrected = false
        for row in mirror.deployments.rows {
            switch row.stage {
            case .succeeded where row.trigger != .drift: return
            case .succeeded: isCorrected = true
            case .failed, .cancelled, .interrupted:
                // A later correction of drift has succeeded.
                if isCorrected, row.trigger == .drift { continue }
                newer = newer ?? row
                if disturbance == nil, row.leavesChanges { disturbance = row }
            case .queued, .fetching, .validating, .applying, .waiting, .superseded:
                break
            }
        }
    }
}

extension DeploymentProgress {
    /// How many of its steps are complete.
    var healthySteps: Int { steps.count { $0.done >= $0.of } }

    /// The steps that it waits for, in the order in which people count.
    var waiting: [Step] {
        steps.filter { $0.done < $0.of }.sorted { $0.name.isBefore($1.name) }
    }
}

extension String {
    /// Orders names with numbers in them as people do: `/slow-2` before `/slow-10`.
    func isBefore(_ other: String) -> Bool {
        compare(other, options: [.numeric, .caseInsensitive]) == .orderedAscending
    }
}
