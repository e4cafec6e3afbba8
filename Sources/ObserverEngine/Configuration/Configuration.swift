package import Logging

/// All settings, resolved and validated.
package struct Configuration: Sendable {
    package var branch: WatchedBranch
    package var gitHub: GitHubSettings
    package var server: ServerSettings
    package var discovery: DiscoverySettings
    package var marathon: MarathonSettings
    package var deployment: DeploymentSettings
    package var state: StateSettings
    package var network = NetworkSettings()
    package var logLevel = Logger.Level.debug
    package var isPlain = false
    /// Logged at startup.
    package var warnings: [String] = []
    /// Sentences about values that the operator did not set.
    package var notices: [String] = []

    init(
        branch: WatchedBranch, gitHub: GitHubSettings, server: ServerSettings, discovery: DiscoverySettings,
        marathon: MarathonSettings, deployment: DeploymentSettings, state: StateSettings
    ) {
        self.branch = branch
        self.gitHub = gitHub
        self.server = server
        self.discovery = discovery
        self.marathon = marathon
        self.deployment = deployment
        self.state = state
    }

    /// The secret with which GitHub signs its deliveries.
    package var hookSecret: Secret {
        gitHub.webhookSecret ?? HookSecret.derived(from: gitHub.accessToken, repository: branch.repository)
    }

    /// Everything that must never be shown.
    package var secrets: [Secret] {
        [gitHub.accessToken, hookSecret] + marathon.credentials.secrets
            + [server.adminToken, server.clientToken, deployment.notify?.whole].compactMap(\.self)
            + network.proxies.all.flatMap(\.secrets)
    }
}

/// The settings that lead to the target.
package struct TargetSettings: Sendable {
    package var marathon: MarathonSettings
    package var mesosDNS: ServiceURL
    package var kind = TargetKind.marathon
    /// Set for the target `command`.
    package var commands: CommandSettings?
    package var compose = ComposeSettings()
    package var timeout: Duration
    /// The ID of the observer's own app in Marathon; nil outside of it.
    package var appID: String?
    /// For a local directory, which has no branch: the repository that it probably is a clone of.
    package var repository: RepositoryName?
    /// For a plan: which drift counts.
    package var drift = DriftPolicy()
}

extension Configuration {
    package var target: TargetSettings {
        TargetSettings(
            marathon: marathon, mesosDNS: discovery.mesosDNS, kind: deployment.target, commands: deployment.commands,
            compose: deployment.compose, timeout: deployment.timeout, appID: discovery.task.appID)
    }
}

package struct GitHubSettings: Sendable {
    package var api: ServiceURL
    package var accessToken: Secret
    /// The file that the access token was read from; nil for a flag or a variable.
    package var accessTokenFile: String?
    /// nil derives it from the access token.
    package var webhookSecret: Secret?
    package var reportsCommitStatus: Bool
    /// How often to poll the head of the branch; zero disables polling.
    package var pollInterval: Duration
    /// How often to check the webhook; zero checks only at startup.
    package var reviewInterval: Duration
}

package struct ServerSettings: Sendable {
    package var listen: ListenAddress
    /// nil serves plain HTTP.
    package var tls: TLSFiles?
    /// Whether deliveries are accepted only from GitHub's addresses.
    package var allowsOnlyGitHub: Bool
    package var trustedProxies: [AddressRange]
    /// Opens the control API on the public port, like the file; without both it is closed there.
    package var adminToken: Secret?
    /// The file with named tokens, as an absolute path.
    package var tokensFile: String?
    /// The token of commands, which the observer itself does not use.
    package var clientToken: Secret?
    /// The address of the metrics; nil serves them on the public port only.
    package var metricsListen: ListenAddress?
    package var publicNode: String?
    package var publicURL: ServiceURL?
}

/// The files of `-tls-cert` and `-tls-key`, as absolute paths.
package struct TLSFiles: Equatable, Sendable {
    /// PEM: the server's certificate, followed by the intermediate ones.
    package let certificate: String
    /// PEM, unencrypted.
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

package struct DiscoverySettings: Sendable {
    package var mesosDNS: ServiceURL
    /// How long to wait for Mesos-DNS to list this task.
    package var registrationDelay: Duration
    package var task: TaskEnvironment
    /// Whether Mesos-DNS may know the address. Outside of a cluster there is nothing to ask.
    package var usesMesosDNS = true
}

package struct MarathonSettings: Sendable {
    /// nil discovers it.
    package var url: ServiceURL?
    package var credentials: MarathonCredentials
    /// The files that they were read from; nil for variables.
    package var credentialFiles: MarathonCredentialFiles?
    package var prunes: Bool
    /// The port of the Mesos agents, from which the output of tasks is read.
    package var agentPort = 5051
}

package struct DeploymentSettings: Sendable {
    package var timeout: Duration
    package var onFailure: FailureResponse
    package var target = TargetKind.marathon
    /// Set for the target `command`.
    package var commands: CommandSettings?
    package var compose = ComposeSettings()
    package var notify: NotifyAddress?
    package var drift: DriftPolicy
    package var rules: PushRules
    package var policy = DeploymentPolicy()
    /// The delay before the first retry of a deployment whose failure lies outside its commit.
    package var retryDelay = Duration.seconds(30)
    /// How long a deployment may make no progress while a newer one waits for its end.
    package var stallTimeout = Duration.seconds(5)
}

/// Where to deploy.
package enum TargetKind: String, CaseIterable, Sendable {
    case marathon, compose, command
}

package struct ComposeSettings: Equatable, Sendable {
    /// Relative to the tree; empty for the first one with a usual name.
    package var files: [String] = []
    /// nil derives it from the tree and the repository.
    package var project: String?
    /// The command and its first arguments; nil for the first one that works.
    package var command: [String]?

    package init() {}
}

/// The response to a deployment that fails or does not become healthy in time.
package enum FailureResponse: String, Sendable {
    /// Restore the previous versions.
    case rollback
    /// Keep it for inspection.
    case leave
}

package struct StateSettings: Sendable {
    package var location: StateLocation
    package var retention: Retention

    package var directory: String { location.path }
    package var controlSocket: String { location.controlSocket }
}
