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
    ///   - environment: What Compose inherits.
    ///   - stateDirectory: That of the observer, if it runs on this machine: Compose's last deployment is described there.
    package init(
        settings: TargetSettings, http: HTTPTransport, environment: [String: String], stateDirectory: String
    ) {
        self.settings = settings
        self.http = http
        self.environment = environment
        self.stateDirectory = stateDirectory
    }

    /// Checks the app descriptor and the specs alone.
    package static func check(_ directory: String) -> PlanReport {
        let redactor = Redactor(secrets: [])
        do {
            _ = try SpecReader.readDescriptor(in: directory)
            let specs = try SpecReader.read(in: directory)
            return PlanReport(summary: specs.apps.count == 1 ? "1 valid app" : "\(specs.apps.count) valid apps")
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
            environment: environment, stateDirectory: stateDirectory, redactor: redactor, logger: logger)
        do {
            return try await report(on: directory, target, redactor)
        } catch let failure as SpecFailure {
            return PlanReport(of: failure, redactor: redactor)
        }
    }

    private func report(
        on directory: String, _ target: some DeploymentTarget, _ redactor: Redactor
    ) async throws -> PlanReport {
        // Neither the branch nor the commit of a directory is known, and a plan depends on neither.
        let branch = WatchedBranch(repository: RepositoryName(owner: "", name: ""), name: "")
        let source = DeploymentSource(root: directory, branch: branch, commit: CommitInfo(.zero))
        let plan = try await target.plan(source, until: .now + Self.timeout)
        var report = PlanReport(of: plan, redactor: redactor)
        report.running = plan.running.map { PlanReport.Commit(id: $0.commit.description) }
        return report
    }
}
