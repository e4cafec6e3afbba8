import Simulators

/// The cluster of the demo: what it is called, and how long things take there.
enum DemoWorld {
    static let publicNode = "52.37.239.156"
    /// The port that the recorded Mesos-DNS tells for the observer.
    static let publicAddress = "\(publicNode):8849"
    /// In seconds; short enough to see a deployment fail.
    static let deployTimeout = 12

    static var options: SimulatorOptions {
        var options = SimulatorOptions()
        options.marathon.behaviour = .healthy(after: .seconds(2))
        options.marathon.timing.kill = .milliseconds(500)
        return options
    }
}
