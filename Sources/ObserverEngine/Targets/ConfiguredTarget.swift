package import Logging

/// The target that the settings choose.
package enum ConfiguredTarget {
    /// - Parameters:
    ///   - environment: The environment that a deploy command inherits.
    ///   - report: Called with Marathon's address and the result of each request.
    package static func make(
        _ settings: TargetSettings, http: HTTPTransport, marathon: MarathonAddress, environment: [String: String],
        redactor: Redactor, logger: Logger, report: @escaping @Sendable (MarathonReport) -> Void = { _ in }
    ) -> any DeploymentTarget {
        if let command = settings.command {
            return CommandTarget(
                command: command, environment: environment, redactor: redactor, timeout: settings.timeout)
        }
        return MarathonTarget(
            http: http, address: marathon, settings: settings, redactor: redactor, logger: logger,
            report: report)
    }
}
