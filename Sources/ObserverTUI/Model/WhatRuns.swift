import Foundation
import ObserverEngine

/// The running commit, as far as the deployments show it, and the state of newer ones.
struct WhatRuns: Equatable {
    /// The newest deployment that succeeded; nil if none is known.
    private(set) var deployed: DeploymentSummary?
    /// The newest later deployment that may have left changes behind: it ended without success after its start.
    private(set) var disturbance: DeploymentSummary?
    /// The newest later deployment that is not superseded: queued, running, failed or cancelled.
    private(set) var newer: DeploymentSummary?

    init(_ mirror: EngineMirror) {
        let current = mirror.currentDeployment
        if let current, !current.stage.isFinal { newer = current }
        for row in mirror.deployments.rows {
            switch row.stage {
            case .succeeded:
                deployed = row
                return
            case .failed, .cancelled, .interrupted:
                newer = newer ?? row
                if disturbance == nil, row.mayHaveLeftChanges { disturbance = row }
            case .queued, .fetching, .validating, .applying, .waiting, .superseded:
                break
            }
        }
    }
}

extension DeploymentSummary {
    /// Whether it ended without success after the target had started to change something, and was not rolled back.
    fileprivate var mayHaveLeftChanges: Bool {
        guard let outcome else { return progress != nil }
        return (progress != nil || outcome.contains("Changes already applied")) && !outcome.contains("Rolled back;")
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
