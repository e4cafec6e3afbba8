/// The help, word for word.
enum HelpGolden {
    /// The output of `observer -h`.
    static let text = """
        observer watches a branch of a GitHub repository and deploys every push: to Marathon, with Compose,
        or with a command.

        Usage:
          observer [FLAGS]                        watch the branch, with a dashboard on a terminal
          observer COMMAND [ARGUMENTS] [FLAGS]    talk to a running observer

        Status:
          status             Show the state of the observer, its webhook and its deployments.
          attach             Open the dashboard of a running observer.
          apps               List the running apps: commit, healthy tasks, and differences from their specs.
          why                Explain which commit an app runs and why, or why a commit does or does not run.
          deployments        List deployments, newest first.
          logs               Print the log of a deployment, or of the observer, or the output of an app.
          deliveries         List deliveries from GitHub, newest first.
          delivery           Show a delivery with its headers and body.
          audit              List the actions of operators, newest first: who, from where, what, and the result.
          doctor             Check everything the observer depends on and suggest fixes.

        Deployment:
          plan               Show what a deployment would change, without changing anything.
          deploy             Deploy the head of the branch, or a specific commit.
          rollback           Roll back to an earlier deployment and hold the branch there until the next push.
          replay             Deploy the commit of a stored push delivery again.
          cancel             Cancel a queued or running deployment.
          approve            Approve the plan of a deployment that is waiting for approval.
          reject             Reject the plan of a deployment that is waiting for approval.
          pause              Pause deployments; deliveries are still accepted.
          resume             Resume deployments: end a pause; without a pause, a hold.
          accept-repository  Accept a different repository under the watched name.

        Webhook:
          register           Register the webhook with GitHub, even if it was removed.
          reset              Remove the webhook from GitHub until it is registered again.
          ping               Request a ping from GitHub and report whether it arrives.

        Other:
          init               Prepare a clone for its first deployment: writes dploy.app, an example and the token.
          token              Create a token for the control API.
          help               Show this help, or the help of a command.
          version            Print the version.
          completion         Print the completion script for a shell.

        'observer COMMAND -h' prints the flags of a command. 'man observer' lists the variables of the flags.

        Flags:
          -after-command string
            \ta shell command to run once a deployment is healthy
          -approve string
            \tplans that an operator must approve: never, always or changes (removals and restarts) (default "never")
          -approve-others
            \tdo not accept approval by the person who pushed the commit or requested the deployment
          -ascii
            \tdraw the dashboard with ASCII characters only
          -background string
            \tbackground of the terminal: dark or light; default: from COLORFGBG
          -before-command string
            \ta shell command to run before -deploy-command; if it fails, nothing is deployed
          -branch string
            \tthe branch to observe (default "dcos")
          -ca-file string
            \tthe PEM file with certificate authorities to trust in addition to the system's
          -checks-timeout int
            \tseconds to wait for checks before a deployment fails (default 1800)
          -compose-command string
            \tthe compose command; default: the first that works, e.g. docker compose
          -compose-file string
            \tthe compose file, or several separated by commas; default: the first with a standard name
          -compose-project string
            \tthe name of the compose project; default: app_name, else the repository
          -deploy-command string
            \ta shell command to run in the pushed tree, instead of deploying to Marathon
          -deploy-timeout int
            \tseconds after which an unhealthy deployment fails (default 600)
          -drift string
            \twhat to do when someone changes apps: report, correct or ignore (default "report")
          -drift-ignore string
            \tfields that others may change, as JSON pointers, e.g. /instances,/labels/team
          -github-addresses-only
            \taccept deliveries only from GitHub's published IP ranges
          -github-api string
            \tGitHub's API; for GitHub Enterprise Server https://HOST/api/v3 (default "https://api.github.com")
          -h\tprint this help
          -health-command string
            \ta shell command to repeat until it succeeds or the deployment times out
          -keep string
            \tretention of deliveries and logs: age and total size (default "30d,512MiB")
          -listen string
            \tthe address to listen on; port 0 chooses a free port (default "0.0.0.0:8888")
          -log-level string
            \tthe minimum level to log: debug, info, warning or error (default "debug")
          -marathon string
            \tthe URL of Marathon; overrides discovery
          -mesos-agent-port int
            \tthe port of Mesos agents, from which 'observer logs -app' reads (default 5051)
          -mesos-dns string
            \tthe URL of the HTTP API of Mesos-DNS (default "http://leader.mesos:8123")
          -metrics-listen string
            \tan address that serves only /metrics, without a token
          -no-commit-status
            \tdo not report deployments as commit statuses to GitHub
          -notify string
            \tURL to POST JSON to when a deployment fails, recovers or is rolled back, and on drift
          -on-failure string
            \twhat to do when a deployment fails or does not become healthy: rollback or leave (default "rollback")
          -owner string
            \tthe GitHub owner, for example 'mhausenblas' or 'mesosphere'.
          -pat string
            \tthe personal access token, via https://github.com/settings/tokens
          -pat-file string
            \tthe file with the personal access token, used without -pat (default ".pat")
          -paths string
            \tdeploy only pushes that change one of these paths, e.g. 'deploy/**,!docs/**'
          -plain
            \tno dashboard: print the log even on a terminal
          -plan-command string
            \ta shell command that prints the changes; exit status 0: no changes, 2: changes
          -poll int
            \tseconds between polls of the branch head on GitHub; 0 disables polling (default 60)
          -prune
            \tdelete managed apps that are no longer in any spec
          -public-node string
            \tthe IP address or FQDN at which GitHub can reach this node
          -public-url string
            \tthe URL at which GitHub can reach this observer through a proxy; overrides discovery
          -registration-delay int
            \tseconds to wait for Mesos-DNS to list this task (default 30)
          -repo string
            \tthe GitHub repo, for example 'dploy' or 'marathon'.
          -require-checks string
            \tdeploy only commits whose checks passed: off, all, required or names, e.g. test,e2e (default "off")
          -review int
            \tseconds between checks of the webhook on GitHub; 0 checks only at startup (default 300)
          -rollback-command string
            \ta shell command to roll back; default: -deploy-command for the last successful commit
          -state string
            \tthe directory for state that must survive a restart
          -target string
            \twhere to deploy: marathon, compose or command
          -tls-cert string
            \tthe PEM file with the TLS certificate; requires -tls-key
          -tls-key string
            \tthe PEM file with the private key of the certificate
          -tokens string
            \tthe file with named tokens for the control API; see 'observer token'
          -trusted-proxy string
            \tthe proxies whose X-Forwarded-For is trusted, e.g. 10.0.0.0/8,192.0.2.1
          -version
            \tprint the version
          -window string
            \twhen to deploy, e.g. 'Mon-Thu 09:00-16:00 Europe/Berlin'; ! denies; repeatable
        """

    /// The output of `observer rollback -h`, word for word.
    static let rollback = """
        OVERVIEW: Roll back to an earlier deployment and hold the branch there until
        the next push.

        Without an ID, rolls back to the version before the running one. Repeat it to
        go further back. While another version is being deployed, or one ended without
        success and left changes, rolls back to the last successful version.

        USAGE: observer rollback [<id>] [options]

        ARGUMENTS:
          <id>                    ID of the deployment; see 'observer deployments'.

        OPTIONS:
          -until, --until <until> What ends the hold: the next push or only 'observer
                                  resume'. (default: that of the present hold, or push)
                                  (values: push, resume)
          -reason, --reason <reason>
                                  Reason, shown with the deployment and the hold.
          -yes, --yes             Do not ask for confirmation.
          -wait, --wait           Wait until the deployment ends, and print its log to
                                  standard error. Exits with status 1 if it fails.
          -wait-timeout, --wait-timeout <seconds>
                                  Stop waiting after this time, with status 124. The
                                  deployment continues.
          -url, --url <url>       Public address of the observer; the token is read
                                  from DPLOY_OBSERVER_TOKEN.
          -socket, --socket <path>
                                  Control socket of the observer. (default:
                                  control.sock in its state directory)
          -owner, --owner <string>
                                  The GitHub owner, for example 'mhausenblas' or
                                  'mesosphere'.
          -repo, --repo <string>  The GitHub repo, for example 'dploy' or 'marathon'.
          -branch, --branch <string>
                                  The branch to observe. (default: dcos)
          -state, --state <string>
                                  The directory for state that must survive a restart.
          -ca-file, --ca-file <string>
                                  The PEM file with certificate authorities to trust in
                                  addition to the system's.
          -json, --json           Print JSON.
          -h, -help, --help       Show help information.

        """
}
