import Foundation
import ObserverEngine

/// Sample data: 100 deliveries and deployments, the newest still running.
enum Sample {
    static let now = Date()

    static var snapshot: ControlSnapshot {
        ControlSnapshot(
            engine: EngineState(
                branch: WatchedBranch(repository: RepositoryName(owner: "octo", name: "site"), name: "dcos"),
                version: "0.5.0", instance: "first", startedAt: ago(90_000)
            ) {
                $0.publicNode = "52.37.239.156"
                $0.publicURL = "http://52.37.239.156:8849"
                $0.marathonURL = "http://leader.mesos:8080"
                $0.authentication = .granted
            },
            hook: HookState(registration: .registered, id: 8_321_735, url: "http://52.37.239.156:8849/dploy") {
                $0.events = ["push"]
                $0.contentType = "json"
                $0.isSigned = true
                $0.lastAnswer = 202
                $0.lastDeliveryAt = ago(7300)
            },
            deliveries: (1...100).reversed().map { delivery($0) },
            deployments: [deployment(ready: 3)] + (1...99).reversed().map { finished($0) },
            deliveryCount: 100, deploymentCount: 100)
    }

    static let log: [LogLine] = (1...5).map { line($0) }

    /// A date in the past. All dates are hours old, so that displayed ages do not change during a measurement.
    static func ago(_ seconds: Double) -> Date { now.addingTimeInterval(-seconds) }

    static func delivery(_ id: Int64) -> DeliverySummary {
        DeliverySummary(
            id: id, guid: "7f3c0d2e-1540-11e6-8f0a-\(id)", event: "push",
            receivedAt: ago(7300 + 3600 * Double(100 - min(id, 100))), verdict: .accepted
        ) {
            $0.branch = "dcos"
            $0.commit = commit(id)
            $0.author = "Lena Ruiz"
            $0.message = "Make the buttons bigger, number \(id)"
            $0.deployment = id
        }
    }

    static func deployment(ready: Int, stage: DeploymentSummary.Stage = .waiting) -> DeploymentSummary {
        DeploymentSummary(
            id: 100, branch: "dcos", commit: commit(100), trigger: .delivery, stage: stage, queuedAt: ago(7300)
        ) {
            $0.message = "Make the buttons bigger, number 100"
            $0.author = "Lena Ruiz"
            $0.startedAt = ago(7300)
            $0.delivery = 100
            $0.progress = DeploymentProgress(
                phase: 1, phases: 2,
                steps: [.init(name: "web", done: ready, of: 5), .init(name: "api", done: 2, of: 2)])
            $0.expectedSeconds = 20
        }
    }

    static func line(_ sequence: Int64) -> LogLine {
        LogLine(
            sequence: sequence, at: now, verb: ["fetched", "checked", "waiting"][Int(sequence) % 3],
            text: "\(commit(sequence)), \(sequence) of 50 healthy", deployment: 100)
    }

    private static func finished(_ id: Int64) -> DeploymentSummary {
        DeploymentSummary(
            id: id, branch: "dcos", commit: commit(id), trigger: .delivery, stage: .succeeded,
            queuedAt: ago(7300 + 3600 * Double(100 - id))
        ) {
            $0.message = "Make the buttons bigger, number \(id)"
            $0.author = "Lena Ruiz"
            $0.startedAt = ago(7300 + 3600 * Double(100 - id))
            $0.finishedAt = ago(7300 + 3600 * Double(100 - id) - 18)
            $0.outcome = "1 changed (/web)"
            $0.delivery = id
        }
    }

    private static func commit(_ id: Int64) -> String {
        let digits = String(UInt64(id) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
        return String(repeating: digits, count: 4).prefix(40).padding(toLength: 40, withPad: "0", startingAt: 0)
    }
}
