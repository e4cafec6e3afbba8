package import Logging
import Synchronization

/// Finds the public address at which GitHub can reach this observer.
package final class PublicAddress: Sendable {
    private let mesosDNS: MesosDNS
    private let publicNode: String?
    private let publicURL: ServiceURL?
    private let isSecure: Bool
    private let task: TaskEnvironment
    private let usesMesosDNS: Bool
    /// How long to wait for Mesos-DNS to list this task.
    private let timeout: Duration
    private let logger: Logger
    /// Mesos-DNS may fail for a while, but the port of a running task does not change.
    private let lastFound = Mutex<HostPort?>(nil)

    package init(server: ServerSettings, discovery: DiscoverySettings, mesosDNS: MesosDNS, logger: Logger) {
        self.mesosDNS = mesosDNS
        publicNode = server.publicNode
        publicURL = server.publicURL
        isSecure = server.tls != nil
        task = discovery.task
        usesMesosDNS = discovery.usesMesosDNS
        timeout = discovery.registrationDelay
        self.logger = logger
    }

    /// nil if neither a public node nor a public URL is set.
    /// - Parameter listening: The port that the server listens on.
    package func find(listening: Int) async throws -> ServiceURL? {
        if let publicURL {
            logger.debug("Found myself at \(publicURL)", metadata: [.serviceDiscovery: "done"])
            return publicURL
        }
        guard let publicNode else { return nil }
        let hostPort = try await hostPort(listening: listening)
        let address = ServiceURL(host: publicNode, port: hostPort.port, isSecure: isSecure)
        logger.debug("Found myself at \(address)", metadata: [.serviceDiscovery: "done"])
        return address
    }

    private func hostPort(listening: Int) async throws -> HostPort {
        guard usesMesosDNS else { return HostPort.withoutMesosDNS(task: task, listening: listening) }
        logger.debug("Trying to query HTTP API of \(mesosDNS.url)", metadata: [.serviceDiscovery: "step"])
        guard taskLabel.utf8.count <= Self.labelLimit else {
            return fallBack(
                because: "Mesos-DNS can't list \(taskLabel): a DNS label has at most \(Self.labelLimit) characters.",
                listening: listening)
        }
        let deadline = ContinuousClock.now + timeout
        while true {
            do {
                let records = try await mesosDNS.services(serviceName)
                if let found = HostPort.among(records, task: task) {
                    lastFound.withLock { $0 = found }
                    return found
                }
            } catch let failure as MesosDNS.Failure {
                return fallBack(because: failure.description, listening: listening)
            }
            guard .now < deadline else {
                return fallBack(
                    because: "Mesos-DNS at \(mesosDNS.url) does not know \(serviceName)", listening: listening)
            }
            try await Task.sleep(until: min(.now + .seconds(1), deadline))
        }
    }

    private func fallBack(because reason: String, listening: Int) -> HostPort {
        if task.hostPort == nil, let last = lastFound.withLock(\.self) {
            logger.info("\(reason) Using the last known address.", metadata: [.serviceDiscovery: "step"])
            return last
        }
        let fallback = HostPort.withoutMesosDNS(task: task, listening: listening)
        logger.info("\(reason) Using \(fallback.source.rawValue).", metadata: [.serviceDiscovery: "step"])
        return fallback
    }

    /// The length limit of a label (RFC 1035, 2.3.4).
    private static let labelLimit = 63

    /// `_dploy-observer._tcp.marathon.mesos.`
    private var serviceName: String { "\(taskLabel)._tcp.marathon.mesos." }

    /// For an app in a group, Mesos-DNS joins the path segments in reverse order.
    private var taskLabel: String {
        "_" + (task.appID ?? "/dploy-observer").split(separator: "/").reversed().joined(separator: "-")
    }
}
