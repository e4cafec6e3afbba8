import Foundation
import Synchronization

/// Checks between deployments what commands deployed: runs the health command, and reports the apps that the commands
/// reported. Without a health command their health is not known.
final class CommandInspector: TargetInspector {
    /// A health command and where it runs.
    struct Check: Sendable {
        let command: String
        let environment: [String: String]
        let tree: DeployedTree
        let processes: CommandProcesses
    }

    private struct Last {
        let at: ContinuousClock.Instant
        let inspected: InspectedApps
    }

    /// The least time between two checks, however often the apps are read.
    private static let minimumPause = Duration.seconds(10)

    private let commit: CommitID
    private let apps: [DeploymentProgress.Step]
    private let check: Check?
    private let last = Mutex<Last?>(nil)

    /// - Parameters:
    ///   - apps: As the commands of the deployment reported them.
    ///   - check: nil without a health command.
    /// - Returns: nil if there is nothing to report.
    init?(commit: CommitID, apps: [DeploymentProgress.Step], check: Check?) {
        if apps.isEmpty, check == nil { return nil }
        self.commit = commit
        self.apps = apps
        self.check = check
    }

    func inspect(until deadline: ContinuousClock.Instant) async throws -> InspectedApps {
        guard let check else { return inspected(DeploymentProgress(), nil) }
        if let last = last.withLock(\.self), .now - last.at < Self.minimumPause { return last.inspected }
        let began = ContinuousClock.now
        let limit = max(.zero, deadline - began)
        let reported = Mutex(DeploymentProgress())
        let result = try await check.tree.use { directory in
            let health = HealthCheck(
                command: check.command, environment: check.environment, directory: directory,
                processes: check.processes)
            return try await health.run(within: limit) { lines in
                reported.withLock { progress in
                    lines.filter { line in
                        guard let report = ProgressLine(line) else { return true }
                        progress.note(report)
                        return false
                    }
                }
            }
        }
        let verdict = AppsReport.Check(
            isHealthy: result.isHealthy, reason: result.isHealthy ? nil : result.reason(limit: limit), at: Date())
        let inspected = inspected(reported.withLock(\.self), verdict)
        last.withLock { $0 = Last(at: .now, inspected: inspected) }
        return inspected
    }

    /// - Parameter progress: What the health command reported.
    private func inspected(_ progress: DeploymentProgress, _ verdict: AppsReport.Check?) -> InspectedApps {
        let checked = Dictionary(progress.steps.filter { $0.kind == .app }.map { ($0.name, $0) }) { $1 }
        let names = Set(apps.map(\.name))
        let new = progress.steps.filter { $0.kind == .app && !names.contains($0.name) }
        return InspectedApps(
            apps: (apps + new).map { app in
                let now = checked[app.name]
                return AppSummary(id: app.name, healthy: now?.done, wanted: now?.of ?? app.of) {
                    $0.commit = commit.description
                }
            },
            running: nil, check: verdict, isReported: false)
    }

    func output(of app: String, lines: Int, until deadline: ContinuousClock.Instant) -> [AppOutput] {
        guard apps.contains(where: { $0.name == app }) else { return [] }
        return [AppOutput(instance: app, lines: [], problem: "A deploy command does not provide app output.")]
    }

    func follow(_ app: String, lines: Int, _ write: @escaping OutputWriter) async {
        for output in output(of: app, lines: lines, until: .now) { await write(output) }
    }

    func listen(didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void) async throws {
        didConnect()
        // Commands report nothing by themselves: the apps are checked now and then.
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}

extension HealthCheck.Result {
    /// "exited with status 7: curl: (7) Failed to connect"
    fileprivate func reason(limit: Duration) -> String {
        let ending = end.map { "\($0)" } ?? "timed out after \(limit.brief)"
        return [ending, lines.last].compactMap(\.self).joined(separator: ": ")
    }
}
