/// How long things take that do not depend on the app.
package struct MarathonTiming: Sendable, Hashable {
    /// From a launch to running, for tasks that do not say.
    package var start = Duration.milliseconds(20)
    /// From a kill to the end of the task.
    package var kill = Duration.milliseconds(20)
    /// From the launch of a crashing task to its end.
    package var crash = Duration.milliseconds(20)
    /// Before a crashed task is launched again the first time; later ones wait longer and longer.
    package var backoff = Duration.milliseconds(100)
    /// Between the event stream's heartbeats.
    package var heartbeat = Duration.seconds(10)

    package init() {}
}
