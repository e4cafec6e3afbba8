import Logging

/// Takes back at Marathon what did not get healthy, and waits until what ran before is healthy again.
struct MarathonRollback: Sendable {
    /// How it went.
    enum Outcome: Equatable, Sendable, CustomStringConvertible {
        case restored(apps: [String])
        /// Marathon had ended its deployment before we gave it up.
        case tooLate
        case failed(reason: String)

        var description: String {
            switch self {
            case .restored(let apps):
                "It was rolled back: what ran before of \(apps.joined(separator: ", ")) is healthy again."
            case .tooLate:
                "It was not rolled back, because Marathon has ended its deployment: the apps are as they are there."
            case .failed(let reason):
                "The rollback did not succeed either: \(reason) Look at the apps at Marathon."
            }
        }
    }

    let client: MarathonClient
    let report: DeploymentReport
    let deadline: ContinuousClock.Instant
    let timeout: Duration
    let logger: Logger

    /// - Parameters:
    ///   - specs: Those that the deployment applied.
    ///   - failure: Why they are taken back.
    /// - Throws: `CancellationError`, and what the store throws.
    func run(_ specs: [AppSpec], because failure: DeploymentFailure) async throws -> Outcome {
        guard let abandoned = await report.deployment.marathonDeployments.last else { return .tooLate }
        do {
            guard let rollbacks = try await begin(instead: abandoned, of: specs) else { return .tooLate }
            let begun = rollbacks.sorted()
            await report.journal.note("rollback", begun.map { "Marathon deployment \($0)" }, level: .warning)
            try await report.note(rollbacks: begun, because: failure)
            let apps = specs.map(\.id)
            guard try await restores(specs, by: rollbacks) else {
                return .failed(reason: "what ran before was not healthy again after \(timeout.brief).")
            }
            await report.journal.note("restored", apps.joined(separator: ", "), level: .warning)
            return .restored(apps: apps)
        } catch let error as MarathonError {
            return .failed(reason: error.description)
        }
    }

    /// - Returns: The deployments that take it back; nil where Marathon had ended the abandoned one.
    private func begin(instead abandoned: String, of specs: [AppSpec]) async throws -> Set<String>? {
        var isInDoubt = false
        return try await Retry(until: deadline, logger: logger) {
            do {
                return [try await client.rollBack(deployment: abandoned).deploymentId]
            } catch let error as MarathonError where error.reason == .notFound {
                // It may be gone because an answer got lost that said so.
                return isInDoubt ? try await begun(instead: abandoned, of: specs) : nil
            } catch {
                isInDoubt = true
                throw error
            }
        }
    }

    /// What has come in place of the abandoned deployment; nil where it has ended with the apps as it made them.
    private func begun(instead abandoned: String, of specs: [AppSpec]) async throws -> Set<String>? {
        let apps = try await apps(of: specs)
        let others = Set(apps.flatMap { $0.app.deployments ?? [] }).subtracting([abandoned])
        let isMade = await isMade(apps)
        return others.isEmpty && isMade ? nil : others
    }

    private func restores(_ specs: [AppSpec], by deployments: Set<String>) async throws -> Bool {
        let wakeUps = MarathonWakeUps(
            client: client, topics: deployments.union(specs.map(\.id)), logger: logger)
        return try await wakeUps.until(deadline) { wakeUps in
            for await _ in wakeUps {
                do {
                    if try await withTimeout(deadline - .now, { try await areRestored(specs, deployments) }) {
                        return true
                    }
                } catch let error as MarathonError where error.isTransient {
                    logger.warning("\(error) Asking again.")
                } catch is TimedOut {
                    return false
                }
                if .now >= deadline { return false }
            }
            throw CancellationError()
        }
    }

    /// An app that was new is gone again; another one runs what it ran before: Marathon stores that as soon as it has
    /// begun to roll back.
    private func areRestored(_ specs: [AppSpec], _ deployments: Set<String>) async throws -> Bool {
        let apps = try await apps(of: specs)
        guard await !isMade(apps) else { return false }
        return apps.allSatisfy { AppReadiness($0.app, deployments: deployments).isComplete }
    }

    private typealias SpecifiedApp = (spec: AppSpec, app: MarathonApp)

    private func apps(of specs: [AppSpec]) async throws -> [SpecifiedApp] {
        var apps: [SpecifiedApp] = []
        for spec in specs {
            if let app = try await client.app(spec.id) { apps.append((spec, app)) }
        }
        return apps
    }

    /// Whether any app still is what the commit wanted. One that was applied by force may have been that before, too.
    private func isMade(_ apps: [SpecifiedApp]) async -> Bool {
        let deployment = await report.deployment
        return !deployment.request.isForced && apps.contains { $0.app.bears($0.spec, at: deployment.commit) }
    }
}
