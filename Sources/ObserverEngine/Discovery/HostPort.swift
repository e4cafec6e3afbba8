/// The host port that leads to this observer, chosen from the data of Mesos-DNS and Marathon.
package struct HostPort: Equatable, Sendable {
    package enum Source: String, Sendable {
        case mesosDNS = "Mesos-DNS"
        case marathonEnvironment = "Marathon's environment"
        case listener = "the listening port"
    }

    package let port: Int
    package let source: Source

    /// Chooses among the records with this app's name; nil if no record matches.
    ///
    /// A record with the port that Marathon assigned matches, preferably one on this agent. Without an assigned port, the
    /// record on this agent matches.
    package static func among(_ records: [MesosDNS.ServiceRecord], task: TaskEnvironment) -> HostPort? {
        let candidates = records.compactMap { record in
            Int(record.port).flatMap { (1...65535).contains($0) ? (ip: record.ip, port: $0) : nil }
        }
        let onSamePort = candidates.filter { $0.port == task.hostPort }
        let onSameHost = candidates.filter { $0.ip == task.host }
        let found =
            onSamePort.first { $0.ip == task.host } ?? onSamePort.first
            ?? (task.hostPort == nil ? onSameHost.first : nil)
            // HOST may be a name or the address of another interface: a single record matches unless its port differs.
            ?? (candidates.count == 1 && task.hostPort == nil ? candidates.first : nil)
        return found.map { HostPort(port: $0.port, source: .mesosDNS) }
    }

    /// The fallback if Mesos-DNS does not respond or does not list this task.
    package static func withoutMesosDNS(task: TaskEnvironment, listening: Int) -> HostPort {
        task.hostPort.map { HostPort(port: $0, source: .marathonEnvironment) }
            ?? HostPort(port: listening, source: .listener)
    }
}
