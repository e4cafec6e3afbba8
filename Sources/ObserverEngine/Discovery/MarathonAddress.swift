package import Logging

/// Finds out where Marathon is: settings, then Mesos-DNS, then the pushed app descriptor.
package struct MarathonAddress: Sendable {
    /// Nobody knows where Marathon is.
    package struct Unknown: RetryableError, CustomStringConvertible {
        /// Whether Mesos-DNS gave no answer, which it may give the next time.
        package let isTransient: Bool
        package let retryAfter: Duration? = nil

        package var description: String {
            "Nobody says where Marathon is: -marathon is not set, "
                + "Mesos-DNS \(isTransient ? "gives no answer" : "does not know marathon.mesos"), "
                + "and dploy.app has no usable marathon_url. Set DPLOY_MARATHON_URL."
        }
    }

    private let fixed: ServiceURL?
    private let mesosDNS: MesosDNS
    private let logger: Logger
    private let lastFound = LastFound<ServiceURL>()

    package init(fixed: ServiceURL?, mesosDNS: MesosDNS, logger: Logger) {
        self.fixed = fixed
        self.mesosDNS = mesosDNS
        self.logger = logger
    }

    /// - Throws: `Unknown`, `CancellationError`.
    package func find(for descriptor: AppDescriptor) async throws -> ServiceURL {
        if let fixed { return fixed }
        var isAnswering = true
        do {
            if let discovered = try await discover() { return discovered }
        } catch let failure as MesosDNS.Failure {
            logger.debug("\(failure)", metadata: [.serviceDiscovery: "step"])
            isAnswering = false
        }
        if let last = await lastFound.value {
            logger.info("Mesos-DNS does not say where Marathon is. Going by what it said before: \(last)")
            return last
        }
        guard let text = descriptor.marathonURL, let url = try? ServiceURL(text) else {
            throw Unknown(isTransient: !isAnswering)
        }
        logger.debug("Going by marathon_url of dploy.app: \(url)", metadata: [.serviceDiscovery: "done"])
        return url
    }

    /// nil where Mesos-DNS does not know it.
    private func discover() async throws -> ServiceURL? {
        logger.debug("Trying to query HTTP API of \(mesosDNS.url)", metadata: [.serviceDiscovery: "step"])
        guard let address = try await mesosDNS.addresses(of: "marathon.mesos.").first else { return nil }
        let url = ServiceURL(host: address, port: 8080)
        await lastFound.note(url)
        logger.debug("Found Marathon at \(url)", metadata: [.serviceDiscovery: "done"])
        return url
    }
}
