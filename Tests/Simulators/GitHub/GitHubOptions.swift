/// What the simulated GitHub consists of when it starts.
package struct GitHubOptions: Sendable {
    package var owner = "mhausenblas"
    package var repository = "s4d"
    package var isPrivate = false
    /// The repository's default branch; it exists from the start, with a README.
    package var defaultBranch = "master"
    /// The branch that a push goes to unless it names another; it does not exist before the first push.
    package var branch = "dcos"
    package var tokens: [GitHubSimulator.Token] = [.standard]
    package var pusher = GitIdentity(name: "Michael", email: "michael@example.com", login: "mhausenblas")
    /// GitHub refuses hooks that point to the loopback; tests need these, so that is off by default.
    package var refusesLoopback = false
    /// How long a webhook delivery may take.
    package var deliveryTimeout: Duration = .seconds(10)
    /// Where public addresses of hooks lead: `["52.37.239.156:8849": "127.0.0.1:41234"]`.
    package var addressMap: [String: String] = [:]

    package init() {}
}
