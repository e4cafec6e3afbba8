package import Logging

/// Every setting, resolved and checked.
package struct Configuration: Sendable {
    package var branch: WatchedBranch
    package var accessToken: Secret
    /// The file that the access token was read from; nil where it was given by a flag or a variable.
    package var accessTokenFile: String?
    package var publicNode: String?
    package var publicURL: ServiceURL?
    package var listen: ListenAddress
    /// nil: plain HTTP.
    package var tls: TLSFiles?
    package var takesGitHubAddressesOnly: Bool
    package var trustedProxies: [AddressRange]
    package var gitHubAPI: ServiceURL
    package var mesosDNS: ServiceURL
    /// nil: to be discovered.
    package var marathon: ServiceURL?
    package var marathonCredentials: MarathonCredentials
    /// The longest wait for Mesos-DNS to know us.
    package var registrationDelay: Duration
    package var deployTimeout: Duration
    package var onFailure: FailureResponse
    package var retention: Retention
    /// Whom to tell of failures; nil tells nobody.
    package var notify: NotifyAddress?
    /// How often GitHub is asked for the head of the branch; zero never asks.
    package var pollInterval: Duration
    /// How often the webhook is compared with what it should be; zero only at the start.
    package var reviewInterval: Duration
    /// nil: deploy to Marathon.
    package var deployCommand: String?
    /// nil: derived from the access token.
    package var webhookSecret: Secret?
    /// What opens the control API on the public port; nil keeps it closed there.
    package var adminToken: Secret?
    package var stateDirectory: String
    package var logLevel: Logger.Level
    package var reportsCommitStatus: Bool
    package var prunes: Bool
    package var isPlain: Bool
    package var task: TaskEnvironment
    /// Shown as a warning once the log exists.
    package var warnings: [String]

    /// With what GitHub signs its deliveries.
    package var hookSecret: Secret {
        webhookSecret ?? HookSecret.derived(from: accessToken, repository: branch.repository)
    }

    /// The Unix socket of the control API.
    package var controlSocket: String { StateLocation(path: stateDirectory).controlSocket }

    /// What must never be shown.
    package var secrets: [Secret] {
        [accessToken, hookSecret] + marathonCredentials.secrets + [adminToken, notify?.whole].compactMap(\.self)
    }
}
