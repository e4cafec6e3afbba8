/// Every setting: its flag, its environment variable and what the help says of it. The one table that flags, resolution,
/// help and documentation follow.
package enum Setting: String, CaseIterable, Sendable {
    case owner
    case repo
    case pat
    case patFile = "pat-file"
    case branch
    case publicNode = "public-node"
    case publicURL = "public-url"
    case listen
    case tlsCertificate = "tls-cert"
    case tlsKey = "tls-key"
    case gitHubAddressesOnly = "github-addresses-only"
    case trustedProxy = "trusted-proxy"
    case gitHubAPI = "github-api"
    case mesosDNS = "mesos-dns"
    case marathon
    case marathonUser = "marathon-user"
    case marathonPassword = "marathon-password"
    case marathonToken = "marathon-token"
    case registrationDelay = "registration-delay"
    case deployTimeout = "deploy-timeout"
    case deployCommand = "deploy-command"
    case onFailure = "on-failure"
    case poll
    case review
    case keep
    case notify
    case webhookSecret = "webhook-secret"
    case adminToken = "admin-token"
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

    /// Its name on the command line without dashes; nil for what would be visible there to every user of the machine
    /// and has no reason to be.
    package var flag: String? {
        switch self {
        case .marathonUser, .marathonPassword, .marathonToken, .webhookSecret, .adminToken: nil
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
        case .tlsCertificate: "DPLOY_OBSERVER_TLS_CERT"
        case .tlsKey: "DPLOY_OBSERVER_TLS_KEY"
        case .gitHubAddressesOnly: "DPLOY_OBSERVER_GITHUB_ADDRESSES_ONLY"
        case .trustedProxy: "DPLOY_OBSERVER_TRUSTED_PROXY"
        case .gitHubAPI: "DPLOY_OBSERVER_GITHUB_API"
        case .mesosDNS: "DPLOY_OBSERVER_MESOS_DNS"
        case .marathon: "DPLOY_MARATHON_URL"
        case .marathonUser: "DPLOY_MARATHON_USER"
        case .marathonPassword: "DPLOY_MARATHON_PASSWORD"
        case .marathonToken: "DPLOY_MARATHON_TOKEN"
        case .registrationDelay: "DPLOY_OBSERVER_DELAY_REGISTRATION"
        case .deployTimeout: "DPLOY_OBSERVER_DEPLOY_TIMEOUT"
        case .deployCommand: "DPLOY_OBSERVER_DEPLOY_COMMAND"
        case .onFailure: "DPLOY_OBSERVER_ON_FAILURE"
        case .keep: "DPLOY_OBSERVER_KEEP"
        case .notify: "DPLOY_OBSERVER_NOTIFY"
        case .poll: "DPLOY_OBSERVER_POLL"
        case .review: "DPLOY_OBSERVER_REVIEW"
        case .webhookSecret: "DPLOY_OBSERVER_WEBHOOK_SECRET"
        case .adminToken: "DPLOY_OBSERVER_ADMIN_TOKEN"
        case .state: "DPLOY_OBSERVER_STATE"
        case .logLevel: "DPLOY_LOGLEVEL"
        case .noCommitStatus: "DPLOY_OBSERVER_COMMIT_STATUS"
        case .prune: "DPLOY_OBSERVER_PRUNE"
        case .plain: nil
        }
    }

    /// Whether it must never be shown, nor handed on.
    package var isSecret: Bool {
        switch self {
        // The address of a chat's receiver is all that it takes to post there.
        case .pat, .notify, .marathonPassword, .marathonToken, .webhookSecret, .adminToken: true
        default: false
        }
    }

    package var kind: Kind {
        switch self {
        case .registrationDelay, .deployTimeout, .poll, .review: .number
        case .gitHubAddressesOnly, .noCommitStatus, .prune, .plain: .toggle
        default: .text
        }
    }

    /// What holds where nothing else is said; nil where the default is none or follows from something else.
    package var defaultValue: String? {
        switch self {
        case .branch: "dcos"
        case .patFile: ".pat"
        case .listen: "0.0.0.0:8888"
        case .gitHubAPI: "https://api.github.com"
        case .mesosDNS: "http://leader.mesos:8123"
        case .registrationDelay: "30"
        case .deployTimeout: "600"
        case .onFailure: FailureResponse.rollback.rawValue
        case .keep: Retention.standard.description
        case .poll: "60"
        case .review: "300"
        case .logLevel: "debug"
        default: nil
        }
    }

    /// What the help says; nil where there is no flag.
    package var summary: String? {
        switch self {
        case .owner: "the GitHub owner, for example 'mhausenblas' or 'mesosphere'."
        case .repo: "the GitHub repo, for example 'dploy' or 'marathon'."
        case .pat: "the personal access token, via https://github.com/settings/tokens"
        case .patFile: "the file that holds the personal access token, where -pat is not given"
        case .branch: "the branch to observe"
        case .publicNode: "the IP address or FQDN at which GitHub reaches the node we run on"
        case .publicURL: "the address at which GitHub reaches us through a proxy; overrides discovery"
        case .listen: "the address to listen on; port 0 takes any free one"
        case .tlsCertificate: "the file of the certificate with which to listen over TLS, PEM; needs -tls-key"
        case .tlsKey: "the file of its private key, PEM"
        case .gitHubAddressesOnly: "take deliveries from the addresses that GitHub tells in its API, from nobody else"
        case .trustedProxy: "the addresses of proxies whose X-Forwarded-For is believed, as 10.0.0.0/8,192.0.2.1"
        case .gitHubAPI: "GitHub's API; for GitHub Enterprise Server https://HOST/api/v3"
        case .mesosDNS: "the HTTP API of Mesos-DNS"
        case .marathon: "Marathon's address, where it is not to be discovered"
        case .registrationDelay: "the longest wait for Mesos-DNS to know us, in seconds"
        case .deployTimeout: "how long a deployment may take to become healthy, in seconds"
        case .deployCommand: "a shell command to run in the pushed tree, instead of deploying to Marathon"
        case .onFailure: "what becomes of a Marathon deployment that does not get healthy: rollback or leave"
        case .keep: "how long and in how much room to keep deliveries and logs"
        case .notify: "an address that is told, by JSON, of deployments that failed, recovered or were rolled back"
        case .poll: "how often to ask GitHub for the head of the branch, in seconds; 0 never asks"
        case .review:
            "how often to compare the webhook at GitHub with what it should be, in seconds; 0 only at the start"
        case .state: "the directory that holds what must survive a restart"
        case .logLevel: "what to log: debug, info, warning or error"
        case .noCommitStatus: "do not report deployments as commit statuses at GitHub"
        case .prune: "remove apps of ours that no spec mentions any more"
        case .plain: "print the log, even on a terminal"
        case .marathonUser, .marathonPassword, .marathonToken, .webhookSecret, .adminToken: nil
        }
    }
}
