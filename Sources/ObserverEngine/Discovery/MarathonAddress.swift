package import Logging

/// Finds out where Marathon is: settings, then Mesos-DNS, then the pushed app descriptor.
package struct MarathonAddress: Sendable {
    /// Nobody knows where Marathon is.
    package struct Unknown: Error, CustomStringConvertible {
        package let description =
            "Nobody says where Marathon is: -marathon is not set, Mesos-DNS does not know marathon.mesos, "
            + "and dploy.app has no usable marathon_url. Set DPLOY_MARATHON_URL."
    }

    private let fixed: ServiceURL?
    private let mesosDNS: MesosDNS
    private let logger: Logger

    package init(fixed: ServiceURL?, mesosDNS: MesosDNS, logger: Logger) {
        self.fixed = fixed
        self.mesosDNS = mesosDNS
        self.logger = logger
    }

    /// - Throws: `Unknown`, `CancellationError`.
    package func find(for descriptor: AppDescriptor) async throws -> ServiceURL {
        if let fixed { return fixed }
        if let discovered = try await discover() { return discovered }
        guard let text = descriptor.marathonURL, let url = try? ServiceURL(text) else { throw Unknown() }
        logger.debug("Going by marathon_url of dploy.app: \(url)", metadata: [.serviceDiscovery: "done"])
        return url
    }

    private func discover() async throws -> ServiceURL? {
        logger.debug("Trying to query HTTP API of \(mesosDNS.url)", metadata: [.serviceDiscovery: "step"])
        do {
            guard let address = try await mesosDNS.addresses(of: "marathon.mesos.").first else { return nil }
            let url = ServiceURL(host: address, port: 8080)
            logger.debug("Found Marathon at \(url)", metadata: [.serviceDiscovery: "done"])
            return url
        } catch let failure as MesosDNS.Failure {
            logger.debug("\(failure)", metadata: [.serviceDiscovery: "step"])
            return nil
        }
    }
}
