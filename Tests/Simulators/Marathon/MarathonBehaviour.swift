/// What becomes of the tasks of an app.
package enum MarathonBehaviour: Sendable, Hashable {
    /// Running at half of the time; then its health checks, if it has any, pass at the end of it.
    case healthy(after: Duration)
    /// Running after that time, with no health check result ever.
    case runningWithoutHealthChecks(after: Duration)
    /// Running, but its health checks fail.
    case neverHealthy
    /// Fails before it runs, again and again, with this message.
    case crashing(String)
    /// Waits for offers that never come.
    case noOffers
}
