package import AsyncHTTPClient
package import Logging

/// Deploys the app specs of the tree to Marathon: changed and new apps in one Marathon deployment.
package struct MarathonTarget: DeploymentTarget {
    private let http: HTTPClient
    private let address: MarathonAddress
    private let credentials: MarathonCredentials
    private let prunes: Bool
    private let timeout: Duration
    private let onFailure: FailureResponse
    private let store: Store
    private let status: BranchStatus
    private let logger: Logger

    package init(
        http: HTTPClient, address: MarathonAddress, configuration: Configuration, store: Store, status: BranchStatus,
        logger: Logger
    ) {
        self.http = http
        self.address = address
        credentials = configuration.marathon.credentials
        prunes = configuration.marathon.prunes
        timeout = configuration.deployment.timeout
        onFailure = configuration.deployment.onFailure
        self.store = store
        self.status = status
        self.logger = logger
    }

    package func deploy(
        _ tree: SourceFetch.Tree, for report: DeploymentReport, until deadline: ContinuousClock.Instant
    ) async throws -> String {
        try await report.advance(to: .validating)
        let descriptor = try DescriptorFile.read(in: tree.root)
        let specs = try SpecReader.read(in: tree.root)
        await report.journal.note("checked", "\(specs.apps.count) app specs")

        let client = try await client(for: descriptor, until: deadline).until(deadline)
        try await report.advance(to: .applying)
        let work = MarathonWork(
            client: client, specs: specs, name: descriptor.name, prunes: prunes, report: report, store: store,
            deadline: deadline, timeout: timeout, logger: logger)
        do {
            let applied = try await work.apply()
            try await report.advance(to: .waiting)
            try await wait(for: applied.changed, work, client, report)
            try await work.remove(applied.plan.removed)
            await work.nameOrphans(of: applied.plan)
            return applied.plan.summary
        } catch let error as MarathonError {
            throw DeploymentFailure.marathon(error)
        }
    }

    /// Waits until the apps are healthy; what is changed and does not get so is taken back, where that is wanted.
    private func wait(
        for changed: [AppSpec], _ work: MarathonWork, _ client: MarathonClient, _ report: DeploymentReport
    ) async throws {
        do {
            try await work.waitUntilHealthy()
        } catch let failure as DeploymentFailure
            where failure.callsForRollback && !changed.isEmpty && onFailure == .rollback
        {
            await report.journal.note("unhealthy", "\(failure)", level: .warning)
            let deadline = ContinuousClock.now + timeout
            let rollback = MarathonRollback(
                client: client.until(deadline), report: report, deadline: deadline, timeout: timeout, logger: logger)
            let outcome = try await rollback.run(changed, because: failure)
            throw DeploymentFailure.rolledBack(after: failure, outcome: outcome.description)
        }
    }

    private func client(
        for descriptor: DescriptorFile, until deadline: ContinuousClock.Instant
    ) async throws -> MarathonClient {
        do {
            let url = try await Retry(until: deadline, logger: logger) {
                try await address.find(for: descriptor.content)
            }
            status.note(marathon: url)
            return MarathonClient(http: http, url: url, credentials: credentials)
        } catch let unknown as MarathonAddress.Unknown {
            throw DeploymentFailure.marathonUnknown(unknown)
        }
    }
}
