import Foundation
import Logging

/// Plans the deployment of a local tree, without a running observer.
package struct DirectoryPlan {
    private static let timeout = Duration.seconds(20)

    private let settings: TargetSettings
    private let http: HTTPTransport
    private let environment: [String: String]
    private let stateDirectory: String
    /// The command prints its result, or the error that ends it.
    private let logger = Logger(label: "plan") { _ in SwiftLogNoOpLogHandler() }

    /// - Parameters:
    ///   - environment: That of the process, which Compose and a plan command inherit without secrets.
    ///   - stateDirectory: That of the observer, if it runs on this machine: Compose's last deployment is described there.
    package init(
        settings: TargetSettings, http: HTTPTransport, environment: [String: String], stateDirectory: String
    ) {
        self.settings = settings
        self.http = http
        self.environment = environment
        self.stateDirectory = stateDirectory
    }

    /// Checks the files alone: the app descriptor and the specs, or the compose files as Compose reads them.
    /// - Throws: `DeploymentFailure`, `CancellationError`
    package func check(_ directory: String) async throws -> PlanReport {
        switch settings.kind {
        case .marathon: Self.checkSpecs(in: directory)
        case .compose: try await checkServices(in: directory)
        case .command: PlanReport(summary: "a deploy command has no specs to check")
        }
    }

    private func checkServices(in directory: String) async throws -> PlanReport {
        let target = ComposeTarget(
            settings: settings, environment: environment, stateDirectory: stateDirectory,
            redactor: Redactor(secrets: []), logger: logger)
        do {
            let count = try await target.services(in: source(directory), until: .now + Self.timeout)
            return PlanReport(summary: count == 1 ? "1 valid service" : "\(count) valid services")
        } catch let failure as SpecFailure {
            return PlanReport(of: failure, redactor: Redactor(secrets: []))
        }
    }

    private static func checkSpecs(in directory: String) -> PlanReport {
        let redactor = Redactor(secrets: [])
        do {
            _ = try SpecReader.readDescriptor(in: directory)
            let specs = try SpecReader.read(in: directory)
            return PlanReport(
                summary: specs.apps.count == 1 ? "1 valid app" : "\(specs.apps.count) valid apps",
                warnings: specs.notes.map { "\($0.verb) \($0.text)" })
        } catch {
            return PlanReport(of: error, redactor: redactor)
        }
    }

    /// - Throws: `DeploymentFailure`, `CancellationError`
    package func plan(_ directory: String) async throws -> PlanReport {
        let redactor = Redactor(secrets: settings.marathon.credentials.secrets)
        let target = ConfiguredTarget.make(
            settings, http: http,
            marathon: MarathonAddress(
                fixed: settings.marathon.url, mesosDNS: MesosDNS(http: http, url: settings.mesosDNS), logger: logger),
            environment: environment, stateDirectory: stateDirectory, lastSuccess: nil, redactor: redactor,
            logger: logger)
        do {
            return try await report(on: directory, target, redactor)
        } catch let failure as SpecFailure {
            return PlanReport(of: failure, redactor: redactor)
        }
    }

    private func report(
        on directory: String, _ target: some DeploymentTarget, _ redactor: Redactor
    ) async throws -> PlanReport {
        let plan = try await target.plan(source(directory), until: .now + Self.timeout)
        var report = PlanReport(of: plan, redactor: redactor, drift: settings.drift)
        let commits = plan.runningCommits.map(\.description)
        if commits.count > 1 {
            report.runningCommits = commits
        } else {
            report.running = commits.first.map { PlanReport.Commit(id: $0) }
        }
        return report
    }

    /// The branch and the commit of a directory are not known, and a plan depends on neither.
    private func source(_ directory: String) -> DeploymentSource {
        let repository = settings.repository ?? RepositoryName(owner: "", name: "")
        let branch = WatchedBranch(repository: repository, name: "")
        let path = URL(filePath: directory).standardizedFileURL.path(percentEncoded: false)
        // Paths in the tree begin with that of the tree.
        let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        return DeploymentSource(root: root, branch: branch, commit: CommitInfo(.zero))
    }
}
