package import Logging

/// The target that the settings choose.
package enum ConfiguredTarget {
    /// - Parameters:
    ///   - environment: The environment that a deploy command and Compose inherit.
    ///   - stateDirectory: Where Compose's trees are kept.
    ///   - report: Called with Marathon's address and the result of each request.
    package static func make(
        _ settings: TargetSettings, http: HTTPTransport, marathon: MarathonAddress, environment: [String: String],
        stateDirectory: String, redactor: Redactor, logger: Logger,
        report: @escaping @Sendable (MarathonReport) -> Void = { _ in }
    ) -> any DeploymentTarget {
        switch settings.kind {
        case .command:
            CommandTarget(
                command: settings.command ?? "", environment: environment, redactor: redactor,
                timeout: settings.timeout)
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
