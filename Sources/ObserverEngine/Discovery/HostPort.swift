/// Which host port leads to us: decided from what Mesos-DNS and Marathon say, without asking anybody.
package struct HostPort: Equatable, Sendable {
    package enum Source: String, Sendable {
        case mesosDNS = "Mesos-DNS"
        case marathonEnvironment = "Marathon's environment"
        case listener = "the port we listen on"
    }

    package let port: Int
    package let source: Source

    /// Our port among the records that bear our name; nil while none of them can be ours.
    ///
    /// With several records, ours is the one on our agent and, where several tasks share the agent, the one with the
    /// port that Marathon gave us.
    package static func among(_ records: [MesosDNS.ServiceRecord], task: TaskEnvironment) -> HostPort? {
        let candidates = records.compactMap { record in
            Int(record.port).flatMap { (1...65535).contains($0) ? (ip: record.ip, port: $0) : nil }
        }
        let onOurPort = candidates.filter { $0.port == task.hostPort }
        let onOurHost = candidates.filter { $0.ip == task.host }
        let found =
            onOurPort.first { $0.ip == task.host } ?? onOurPort.first
            ?? (task.hostPort == nil ? onOurHost.first : nil)
            // HOST may be a name or another interface's address: a single record is ours, unless its port says otherwise.
            ?? (candidates.count == 1 && task.hostPort == nil ? candidates.first : nil)
        return found.map { HostPort(port: $0.port, source: .mesosDNS) }
    }

    /// What to go by where Mesos-DNS does not answer or does not know us.
    package static func withoutMesosDNS(task: TaskEnvironment, listening: Int) -> HostPort {
        task.hostPort.map { HostPort(port: $0, source: .marathonEnvironment) }
            ?? HostPort(port: listening, source: .listener)
    }
}
