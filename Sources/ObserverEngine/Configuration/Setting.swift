/// Every setting with its flag, environment variable, default and help. Flags, resolution, help and documentation are
/// derived from this table.
package enum Setting: String, CaseIterable, Sendable {
    case owner
    case repo
    case pat
    case patFile = "pat-file"
    case branch
    case publicNode = "public-node"
    case publicURL = "public-url"
    case listen
    case metricsListen = "metrics-listen"
    case tlsCertificate = "tls-cert"
    case tlsKey = "tls-key"
    case gitHubAddressesOnly = "github-addresses-only"
    case trustedProxy = "trusted-proxy"
    case gitHubAPI = "github-api"
    case mesosDNS = "mesos-dns"
    case mesosAgentPort = "mesos-agent-port"
    case caFile = "ca-file"
    case marathon
    case marathonUser = "marathon-user"
    case marathonPassword = "marathon-password"
    case marathonToken = "marathon-token"
    case marathonUserFile = "marathon-user-file"
    case marathonPasswordFile = "marathon-password-file"
    case marathonTokenFile = "marathon-token-file"
    case registrationDelay = "registration-delay"
    case deployTimeout = "deploy-timeout"
    case target
    case deployCommand = "deploy-command"
    case composeFile = "compose-file"
    case composeProject = "compose-project"
    case composeCommand = "compose-command"
    case planCommand = "plan-command"
    case healthCommand = "health-command"
    case rollbackCommand = "rollback-command"
    case beforeCommand = "before-command"
    case afterCommand = "after-command"
    case onFailure = "on-failure"
    case paths
    case window
    case requireChecks = "require-checks"
    case checksTimeout = "checks-timeout"
    case approve
    case approveOthers = "approve-others"
    case drift
    case driftIgnore = "drift-ignore"
    case poll
    case review
    case keep
    case notify
    case webhookSecret = "webhook-secret"
    case adminToken = "admin-token"
    case tokens
    case token
    case state
    case logLevel = "log-level"
    case noCommitStatus = "no-commit-status"
    case prune
    case plain

    package enum Kind: Sendable {
        case text
        case number
        case toggle
    }

    /// The name of the flag without dashes. Newer secrets and their files have none, because other users of the machine can
    /// see command lines; `pat` has had one since 2016.
    package var flag: String? {
        switch self {
        case .marathonUser, .marathonPassword, .marathonToken, .marathonUserFile, .marathonPasswordFile,
            .marathonTokenFile, .webhookSecret, .adminToken, .token:
            nil
        default: rawValue
        }
    }

    package var environmentVariable: String? {
        switch self {
        case .owner: "DPLOY_OBSERVER_GITHUB_OWNER"
        case .repo: "DPLOY_OBSERVER_GITHUB_REPO"
        case .pat: "DPLOY_OBSERVER_GITHUB_PAT"
        case .patFile: "DPLOY_OBSERVER_GITHUB_PAT_FILE"
        case .branch: "DPLOY_OBSERVER_TARGETBRANCH"
        case .publicNode: "DPLOY_PUBLIC_NODE"
        case .publicURL: "DPLOY_OBSERVER_PUBLIC_URL"
        case .listen: "DPLOY_OBSERVER_LISTEN"
        case .metricsListen: "DPLOY_OBSERVER_METRICS_LISTEN"
        case .tlsCertificate: "DPLOY_OBSERVER_TLS_CERT"
        case .tlsKey: "DPLOY_OBSERVER_TLS_KEY"
        case .gitHubAddressesOnly: "DPLOY_OBSERVER_GITHUB_ADDRESSES_ONLY"
        case .trustedProxy: "DPLOY_OBSERVER_TRUSTED_PROXY"
        case .gitHubAPI: "DPLOY_OBSERVER_GITHUB_API"
        case .mesosDNS: "DPLOY_OBSERVER_MESOS_DNS"
        case .mesosAgentPort: "DPLOY_OBSERVER_MESOS_AGENT_PORT"
        case .caFile: "DPLOY_OBSERVER_CA_FILE"
        case .marathon: "DPLOY_MARATHON_URL"
        case .marathonUser: "DPLOY_MARATHON_USER"
        case .marathonPassword: "DPLOY_MARATHON_PASSWORD"
        case .marathonToken: "DPLOY_MARATHON_TOKEN"
        case .marathonUserFile: "DPLOY_MARATHON_USER_FILE"
        case .marathonPasswordFile: "DPLOY_MARATHON_PASSWORD_FILE"
        case .marathonTokenFile: "DPLOY_MARATHON_TOKEN_FILE"
        case .registrationDelay: "DPLOY_OBSERVER_DELAY_REGISTRATION"
        case .deployTimeout: "DPLOY_OBSERVER_DEPLOY_TIMEOUT"
        case .target: "DPLOY_OBSERVER_TARGET"
        case .deployCommand: "DPLOY_OBSERVER_DEPLOY_COMMAND"
        case .composeFile: "DPLOY_OBSERVER_COMPOSE_FILE"
        case .composeProject: "DPLOY_OBSERVER_COMPOSE_PROJECT"
        case .composeCommand: "DPLOY_OBSERVER_COMPOSE_COMMAND"
        case .planCommand: "DPLOY_OBSERVER_PLAN_COMMAND"
        case .healthCommand: "DPLOY_OBSERVER_HEALTH_COMMAND"
        case .rollbackCommand: "DPLOY_OBSERVER_ROLLBACK_COMMAND"
        case .beforeCommand: "DPLOY_OBSERVER_BEFORE_COMMAND"
        case .afterCommand: "DPLOY_OBSERVER_AFTER_COMMAND"
        case .onFailure: "DPLOY_OBSERVER_ON_FAILURE"
        case .paths: "DPLOY_OBSERVER_PATHS"
        case .window: "DPLOY_OBSERVER_WINDOW"
        case .requireChecks: "DPLOY_OBSERVER_REQUIRE_CHECKS"
        case .checksTimeout: "DPLOY_OBSERVER_CHECKS_TIMEOUT"
        case .approve: "DPLOY_OBSERVER_APPROVE"
        case .approveOthers: "DPLOY_OBSERVER_APPROVE_OTHERS"
        case .drift: "DPLOY_OBSERVER_DRIFT"
        case .driftIgnore: "DPLOY_OBSERVER_DRIFT_IGNORE"
        case .keep: "DPLOY_OBSERVER_KEEP"
        case .notify: "DPLOY_OBSERVER_NOTIFY"
        case .poll: "DPLOY_OBSERVER_POLL"
        case .review: "DPLOY_OBSERVER_REVIEW"
        case .webhookSecret: "DPLOY_OBSERVER_WEBHOOK_SECRET"
        case .adminToken: "DPLOY_OBSERVER_ADMIN_TOKEN"
        case .tokens: "DPLOY_OBSERVER_TOKENS"
        case .token: "DPLOY_OBSERVER_TOKEN"
        case .state: "DPLOY_OBSERVER_STATE"
        case .logLevel: "DPLOY_LOGLEVEL"
        case .noCommitStatus: "DPLOY_OBSERVER_COMMIT_STATUS"
        case .prune: "DPLOY_OBSERVER_PRUNE"
        case .plain: nil
        }
    }

    /// Whether it must never be shown or passed to other processes.
    package var isSecret: Bool {
        switch self {
        // Anyone who knows the URL of a chat webhook can post to it.
        case .pat, .notify, .marathonPassword, .marathonToken, .webhookSecret, .adminToken, .token: true
        default: false
        }
    }

    package var kind: Kind {
        switch self {
        case .mesosAgentPort, .registrationDelay, .deployTimeout, .checksTimeout, .poll, .review: .number
        case .gitHubAddressesOnly, .approveOthers, .noCommitStatus, .prune, .plain: .toggle
        default: .text
        }
    }

    /// nil if there is no default or it depends on other settings.
    package var defaultValue: String? {
        switch self {
        case .branch: "dcos"
        case .patFile: ".pat"
        case .listen: "0.0.0.0:8888"
        case .gitHubAPI: "https://api.github.com"
        case .mesosDNS: "http://leader.mesos:8123"
        case .mesosAgentPort: "5051"
        case .registrationDelay: "30"
        case .deployTimeout: "600"
        case .onFailure: FailureResponse.rollback.rawValue
        case .requireChecks: "off"
        case .checksTimeout: "1800"
        case .approve: ApprovalRule.Scope.never.rawValue
        case .drift: DriftPolicy.Response.report.rawValue
        case .keep: Retention.standard.description
        case .poll: "60"
        case .review: "300"
        case .logLevel: "debug"
        default: nil
        }
    }

    /// The help text; nil without a flag.
    package var summary: String? {
        switch self {
        case .owner: "the GitHub owner, for example 'mhausenblas' or 'mesosphere'."
        case .repo: "the GitHub repo, for example 'dploy' or 'marathon'."
        case .pat: "the personal access token, via https://github.com/settings/tokens"
        case .patFile: "the file with the personal access token, used without -pat"
        case .branch: "the branch to observe"
        case .publicNode: "the IP address or FQDN at which GitHub can reach this node"
        case .publicURL: "the URL at which GitHub can reach this observer through a proxy; overrides discovery"
        case .listen: "the address to listen on; port 0 chooses a free port"
        case .metricsListen: "an address that serves only /metrics, without a token"
        case .tlsCertificate: "the PEM file with the TLS certificate; requires -tls-key"
        case .tlsKey: "the PEM file with the private key of the certificate"
        case .gitHubAddressesOnly: "accept deliveries only from GitHub's published IP ranges"
        case .trustedProxy: "the proxies whose X-Forwarded-For is trusted, e.g. 10.0.0.0/8,192.0.2.1"
        case .gitHubAPI: "GitHub's API; for GitHub Enterprise Server https://HOST/api/v3"
        case .mesosDNS: "the URL of the HTTP API of Mesos-DNS"
        case .mesosAgentPort: "the port of Mesos agents, from which 'observer logs -app' reads"
        case .caFile: "the PEM file with certificate authorities to trust in addition to the system's"
        case .marathon: "the URL of Marathon; overrides discovery"
        case .registrationDelay: "seconds to wait for Mesos-DNS to list this task"
        case .deployTimeout: "seconds after which an unhealthy deployment fails"
        case .target: "where to deploy: marathon, compose or command"
        case .deployCommand: "a shell command to run in the pushed tree, instead of deploying to Marathon"
        case .composeFile: "the compose file, or several separated by commas; default: the first with a standard name"
        case .composeProject: "the name of the compose project; default: app_name, else the repository"
        case .composeCommand: "the compose command; default: the first that works, e.g. docker compose"
        case .planCommand: "a shell command that prints the changes; exit status 0: no changes, 2: changes"
        case .healthCommand: "a shell command to repeat until it succeeds or the deployment times out"
        case .rollbackCommand: "a shell command to roll back; default: -deploy-command for the last successful commit"
        case .beforeCommand: "a shell command to run before -deploy-command; if it fails, nothing is deployed"
        case .afterCommand: "a shell command to run once a deployment is healthy"
        case .onFailure: "what to do when a deployment fails or does not become healthy: rollback or leave"
        case .window: "when to deploy, e.g. 'Mon-Thu 09:00-16:00 Europe/Berlin'; ! denies; repeatable"
        case .requireChecks: "deploy only commits whose checks passed: off, all, required or names, e.g. test,e2e"
        case .checksTimeout: "seconds to wait for checks before a deployment fails"
        case .approve: "plans that an operator must approve: never, always or changes (removals and restarts)"
        case .approveOthers: "do not accept approval by the person who pushed the commit or requested the deployment"
        case .paths: "deploy only pushes that change one of these paths, e.g. 'deploy/**,!docs/**'"
        case .drift: "what to do when someone changes apps: report, correct or ignore"
        case .driftIgnore: "fields that others may change, as JSON pointers, e.g. /instances,/labels/team"
        case .keep: "retention of deliveries and logs: age and total size"
        case .notify: "URL to POST JSON to when a deployment fails, recovers or is rolled back, and on drift"
        case .poll: "seconds between polls of the branch head on GitHub; 0 disables polling"
        case .review: "seconds between checks of the webhook on GitHub; 0 checks only at startup"
        case .tokens: "the file with named tokens for the control API; see 'observer token'"
        case .state: "the directory for state that must survive a restart"
        case .logLevel: "the minimum level to log: debug, info, warning or error"
        case .noCommitStatus: "do not report deployments as commit statuses to GitHub"
        case .prune: "delete managed apps that are no longer in any spec"
        case .plain: "no dashboard: print the log even on a terminal"
        case .marathonUser, .marathonPassword, .marathonToken, .marathonUserFile, .marathonPasswordFile,
            .marathonTokenFile, .webhookSecret, .adminToken, .token:
            nil
        }
    }
}
