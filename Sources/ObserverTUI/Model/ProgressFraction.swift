import Foundation
import ObserverEngine

/// How much of a deployment is done, by facts: stages, phases and healthy tasks; by expected time only without them.
struct ProgressFraction: Equatable {
    let value: Double

    init(_ row: DeploymentSummary, at now: Date) {
        switch row.stage {
        case .queued: value = 0
        case .fetching: value = 0.05
        case .validating: value = 0.1
        case .applying: value = 0.15
        case .waiting: value = 0.2 + 0.8 * Self.waited(row, at: now)
        case .succeeded, .failed, .superseded: value = 1
        }
    }

    private static func waited(_ row: DeploymentSummary, at now: Date) -> Double {
        let steps = row.progress?.steps ?? []
        // Foreign numbers, of which a sum may be more than an Int can hold.
        let wanted = steps.reduce(0.0) { $0 + Double(max(0, $1.of)) }
        if wanted > 0 {
            return steps.reduce(0.0) { $0 + Double(min(max(0, $1.done), max(0, $1.of))) } / wanted
        }
        if let phase = row.progress?.phase, let phases = row.progress?.phases, phases > 0 {
            return min(1, max(0, Double(phase) - 1) / Double(phases))
        }
        guard let expected = row.expectedSeconds, expected > 0, let started = row.startedAt else { return 0 }
        return min(0.95, max(0, now.timeIntervalSince(started) / expected))
    }
}
