/// The initial settings of the simulated Marathon.
package struct MarathonOptions: Sendable {
    package var authentication = Authentication.none
    /// A path prefix such as `/service/marathon` behind Admin Router; empty by default.
    package var pathPrefix = ""
    package var behaviour = MarathonBehaviour.healthy(after: .milliseconds(40))
    package var timing = MarathonTiming()
    package var version = "1.4.11"
    /// The host of the agent that runs every task; nil for two recorded ones, which can't be reached.
    package var agentHost: String?

    package enum Authentication: Sendable, Hashable {
        case none
        /// `--http_credentials`. Jetty responds with an HTML page if they are missing.
        case basic(user: String, password: String)
        /// `Authorization: token=…`. Admin Router responds with an HTML page if it is missing.
        case dcosToken(String)
    }

    package init() {}
}

/// The behaviour of the tasks of an app.
package enum MarathonBehaviour: Sendable, Hashable {
    /// Running after half of the time. Health checks, if any, pass after all of it.
    case healthy(after: Duration)
    /// Running after that time. Health checks never have a result.
    case runningWithoutHealthChecks(after: Duration)
    /// Running, but its health checks fail.
    case neverHealthy
    /// Fails repeatedly before running, with this message.
    case crashing(String)
    /// Waits for resource offers that never arrive.
    case noOffers
}

/// Delays that do not depend on the app.
package struct MarathonTiming: Sendable, Hashable {
    /// From launch to running, unless the behaviour specifies it.
    package var start = Duration.milliseconds(20)
    /// From a kill to the end of the task.
    package var kill = Duration.milliseconds(20)
    /// From the launch of a crashing task to its end.
    package var crash = Duration.milliseconds(20)
    /// Before a crashed task is relaunched the first time. Grows with each crash.
    package var backoff = Duration.milliseconds(100)
    /// Between heartbeats of the event stream.
    package var heartbeat = Duration.seconds(10)

    package init() {}
}
