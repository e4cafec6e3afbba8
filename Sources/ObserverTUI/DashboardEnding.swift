/// Why the dashboard ended.
package enum DashboardEnding: Equatable, Sendable {
    /// A person wanted to.
    case quit
    /// The process was asked to end by this signal.
    case signal(Int32)
    /// The terminal is gone.
    case hungUp
    /// The task was cancelled.
    case cancelled
}
