/// The path of the state directory. An observer creates it; commands find the control socket in it.
package struct StateLocation: Equatable, Sendable {
    package let path: String

    /// The Unix socket of the control API.
    package var controlSocket: String { path + "/control.sock" }

    package init(path: String) {
        self.path = path
    }

    /// The directory of `-state` or the sandbox of a Mesos task; nil if it depends on repository and branch.
    init?(named sources: SettingSources) {
        if let given = sources.given(.state) {
            path = given.text.hasPrefix("/") ? given.text : sources.directory + "/" + given.text
        } else if let sandbox = TaskEnvironment(environment: sources.environment).sandbox {
            path = sandbox + "/observer"
        } else {
            return nil
        }
    }

    /// The default for a branch in the home directory.
    init(of branch: WatchedBranch, sources: SettingSources) {
        let home = sources.environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? sources.directory
        let base =
            sources.environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.local/state"
        let branchName = branch.name.replacing("/", with: "-")
        path = "\(base)/dploy-observer/\(branch.repository.owner)-\(branch.repository.name)-\(branchName)"
    }
}
