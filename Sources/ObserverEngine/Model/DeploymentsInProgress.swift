/// The deployments of a branch that have not ended: the running one, and those that wait.
package struct DeploymentsInProgress<Row> {
    /// How many of the newest deployments certainly include all of them: at most 20 are queued.
    package static var recent: Int { 50 }

    /// nil while none has started.
    package let running: Row?
    /// Oldest first. An older push may wait for its checks while a newer one runs.
    package let queued: [Row]

    /// - Parameters:
    ///   - rows: Newest first.
    ///   - stage: The stage of a row.
    package init(among rows: some Sequence<Row>, stage: (Row) -> DeploymentSummary.Stage) {
        let unfinished = rows.filter { !stage($0).isFinal }
        running = unfinished.first { stage($0) != .queued }
        queued = unfinished.reversed().filter { stage($0) == .queued }
    }

    /// The running one; if there is none, the oldest queued one.
    package var current: Row? { running ?? queued.first }

    /// Those that are queued behind the current one, oldest first.
    package var later: [Row] { running == nil ? Array(queued.dropFirst()) : queued }
}
