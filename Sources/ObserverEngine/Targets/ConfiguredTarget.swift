package import AsyncHTTPClient
package import Logging

/// The target that the settings choose.
package enum ConfiguredTarget {
    /// - Parameters:
    ///   - environment: The environment that a deploy command inherits.
    ///   - didFindMarathon: Called with the address of Marathon whenever it is looked up.
    package static func make(
        _ configuration: Configuration, http: HTTPClient, marathon: MarathonAddress, environment: [String: String],
        redactor: Redactor, logger: Logger, didFindMarathon: @escaping @Sendable (ServiceURL) -> Void = { _ in }
    ) -> any DeploymentTarget {
        if let command = configuration.deployment.command {
            return CommandTarget(
                command: command, environment: environment, redactor: redactor,
                timeout: configuration.deployment.timeout)
        }
        return MarathonTarget(
            http: http, address: marathon, configuration: configuration, logger: logger, didFind: didFindMarathon)
    }
}
