/// Reads what a target runs and compares it with one tree, again and again; the tree itself is no longer needed.
package protocol TargetInspector: Sendable {
    /// Reads every app once.
    func inspect(until deadline: ContinuousClock.Instant) async throws -> InspectedApps

    /// Calls back when something may have changed, until the connection ends or the task is cancelled.
    /// - Parameter didConnect: Called once changes are reported.
    func listen(didConnect: @Sendable () -> Void, _ didChange: @Sendable () -> Void) async throws

    /// Reads the end of the output of each instance of an app; empty if it has no instances.
    /// - Parameter lines: The most lines of each instance and stream.
    func output(of app: String, lines: Int, until deadline: ContinuousClock.Instant) async throws -> [AppOutput]
}

/// The apps that a target runs, compared with a tree.
package struct InspectedApps: Equatable, Sendable {
    package var apps: [AppSummary]
    /// nil where the target runs none or does not know.
    package var running: RunningCommit?

    package init(apps: [AppSummary], running: RunningCommit?) {
        self.apps = apps
        self.running = running
    }
}
