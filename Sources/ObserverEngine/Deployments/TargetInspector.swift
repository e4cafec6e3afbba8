/// Reads what a target runs and compares it with one tree, again and again; the tree itself is no longer needed.
package protocol TargetInspector: Sendable {
    /// Reads every app once.
    func inspect(until deadline: ContinuousClock.Instant) async throws -> InspectedApps

    /// The source of the changes that `listen` reports. An inspector with another one reports other changes.
    var eventSource: String { get }

    /// Calls back when something may have changed, until the connection ends or the task is cancelled.
    /// - Parameter didConnect: Called once changes are reported.
    func listen(didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void) async throws

    /// Reads the end of the output of each instance of an app; empty if it has no instances.
    /// - Parameter lines: The most lines of each instance and stream.
    func output(of app: String, lines: Int, until deadline: ContinuousClock.Instant) async throws -> [AppOutput]

    /// Follows the output of an app: the last lines of the instances that run now, then every new line of these and of those
    /// that replace them, until none has run for a while.
    /// - Parameter write: May wait; the output waits with it.
    func follow(_ app: String, lines: Int, _ write: @escaping OutputWriter) async throws
}

extension TargetInspector {
    package var eventSource: String { "" }
}

/// Receives the output of an app piece by piece.
package typealias OutputWriter = @Sendable (AppOutput) async -> Void

/// Decides when an app has ended whose output is followed: a deployment may leave it without an instance for a moment.
struct InstanceAbsence {
    private static let limit = Duration.seconds(5)

    private var start: ContinuousClock.Instant?

    /// Whether it has had no instance for too long.
    mutating func isOver(hasInstance: Bool, at now: ContinuousClock.Instant) -> Bool {
        let since = start ?? now
        start = hasInstance ? nil : since
        return !hasInstance && now - since >= Self.limit
    }
}

/// The apps that a target runs, compared with a tree.
package struct InspectedApps: Equatable, Sendable {
    package var apps: [AppSummary]
    /// nil if the target runs none or does not know.
    package var running: RunningCommit?
    /// The verdict of a health command.
    package var check: AppsReport.Check?
    /// Whether the target reported the apps. A deploy command did so, if at all, at the last deployment.
    package var isReported: Bool

    package init(
        apps: [AppSummary], running: RunningCommit?, check: AppsReport.Check? = nil, isReported: Bool = true
    ) {
        self.apps = apps
        self.running = running
        self.check = check
        self.isReported = isReported
    }
}
