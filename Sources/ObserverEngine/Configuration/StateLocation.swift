/// Where the state directory is. A run creates it; a verb finds the control socket of that run in it.
package struct StateLocation: Equatable, Sendable {
    package let path: String

    /// The Unix socket of the control API.
    package var controlSocket: String { path + "/control.sock" }

    package init(path: String) {
        self.path = path
    }

    /// What the settings name, or the sandbox of a Mesos task; nil where it follows from repository and branch.
    init?(named sources: SettingSources) {
        if let given = sources.given(.state) {
            path = given.text.hasPrefix("/") ? given.text : sources.directory + "/" + given.text
        } else if let sandbox = TaskEnvironment(environment: sources.environment).sandbox {
            path = sandbox + "/observer"
        } else {
            return nil
        }
    }

    /// One for each branch that somebody observes on this machine.
    init(of branch: WatchedBranch, sources: SettingSources) {
        let home = sources.environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? sources.directory
        let base =
            sources.environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.local/state"
        let branchName = branch.name.replacing("/", with: "-")
        path = "\(base)/dploy-observer/\(branch.repository.owner)-\(branch.repository.name)-\(branchName)"
    }
}
