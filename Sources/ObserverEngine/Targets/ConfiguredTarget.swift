package import Logging

/// The target that the settings choose.
package enum ConfiguredTarget {
    /// - Parameters:
    ///   - environment: The environment of the observer, which commands inherit without its secrets.
    ///   - stateDirectory: Where trees are kept.
    ///   - lastSuccess: nil for a plan of a local directory.
    ///   - report: Called with Marathon's address and the result of each request.
    package static func make(
        _ settings: TargetSettings, http: HTTPTransport, marathon: MarathonAddress, environment: [String: String],
        stateDirectory: String, lastSuccess: LastSuccess?, redactor: Redactor, logger: Logger,
        report: @escaping @Sendable (MarathonReport) -> Void = { _ in }
    ) -> any DeploymentTarget {
        switch settings.kind {
        case .command:
            CommandTarget(
                settings.commands ?? CommandSettings(deploy: ""), environment: environment.withoutSecrets(redactor),
                timeout: settings.timeout, lastSuccess: lastSuccess, tree: DeployedTree(in: stateDirectory),
                processes: CommandProcesses(in: lastSuccess == nil ? nil : stateDirectory))
        case .compose:
            ComposeTarget(
                settings: settings, environment: environment, stateDirectory: stateDirectory, redactor: redactor,
                logger: logger
            ) { report(.observed($0)) }
        case .marathon:
            MarathonTarget(
                http: http, address: marathon, settings: settings, redactor: redactor, logger: logger,
                report: report)
        }
    }
}
