/// The documented lines on standard output, where nothing else is written.
package struct Transcript: Sendable {
    private let write: @Sendable (String) -> Void

    /// - Parameter write: Takes a line without its newline.
    package init(write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    package static let standardOutput = Transcript { LineStream.standardOutput.write($0 + "\n") }

    func printBanner(version: String, watching branch: WatchedBranch) {
        write("This is dploy observer version \(version)")
        write("I'm observing branch \(branch.name) of repo \(branch.repository)")
    }

    func authenticated() {
        write("Authentication against GitHub done")
    }

    func webhookRegistered() {
        write("Webhook registered")
    }

    /// The lines that Mesos' docker executor writes when it stops a task, for use outside Mesos.
    func terminated() {
        write("Received killTask")
        shuttingDown()
    }

    func shuttingDown() {
        write("Shutting down")
    }
}
