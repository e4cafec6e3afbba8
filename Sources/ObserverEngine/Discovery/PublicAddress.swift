package import Logging

/// Finds out where on the internet GitHub reaches us.
package struct PublicAddress: Sendable {
    private let mesosDNS: MesosDNS
    private let publicNode: String?
    private let publicURL: ServiceURL?
    private let isSecure: Bool
    private let task: TaskEnvironment
    /// The longest wait for Mesos-DNS to know us.
    private let patience: Duration
    private let logger: Logger
    private let lastFound = LastFound<HostPort>()

    package init(configuration: Configuration, mesosDNS: MesosDNS, logger: Logger) {
        self.mesosDNS = mesosDNS
        publicNode = configuration.publicNode
        publicURL = configuration.publicURL
        isSecure = configuration.tls != nil
        task = configuration.task
        patience = configuration.registrationDelay
        self.logger = logger
    }

    /// Our public address; nil where no public node and no public URL are set.
    /// - Parameter listening: The port that our server listens on.
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
        logger.debug("Trying to query HTTP API of \(mesosDNS.url)", metadata: [.serviceDiscovery: "step"])
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                let records = try await mesosDNS.services(serviceName)
                if let found = HostPort.among(records, task: task) {
                    await lastFound.note(found)
                    return found
                }
            } catch let failure as MesosDNS.Failure {
                return await fallBack(because: failure.description, listening: listening)
            }
            guard .now < deadline else {
                return await fallBack(
                    because: "Mesos-DNS at \(mesosDNS.url) does not know \(serviceName)", listening: listening)
            }
            try await Task.sleep(until: min(.now + .seconds(1), deadline))
        }
    }

    private func fallBack(because reason: String, listening: Int) async -> HostPort {
        if task.hostPort == nil, let last = await lastFound.value {
            logger.info("\(reason) Going by what it said before.", metadata: [.serviceDiscovery: "step"])
            return last
        }
        let fallback = HostPort.withoutMesosDNS(task: task, listening: listening)
        logger.info("\(reason) Going by \(fallback.source.rawValue).", metadata: [.serviceDiscovery: "step"])
        return fallback
    }

    /// `_dploy-observer._tcp.marathon.mesos.`; the segments of an app in a group are joined in reverse, as Mesos-DNS
    /// does it.
    private var serviceName: String {
        let segments = (task.appID ?? "/dploy-observer").split(separator: "/").reversed()
        return "_\(segments.joined(separator: "-"))._tcp.marathon.mesos."
    }
}
