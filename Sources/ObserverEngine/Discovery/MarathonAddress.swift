package import Logging
import Synchronization

/// Finds Marathon: from the settings, Mesos-DNS or the pushed app descriptor, in this order.
package final class MarathonAddress: Sendable {
    /// No source has Marathon's address.
    package struct Unknown: RetryableError, CustomStringConvertible {
        /// Whether Mesos-DNS did not respond; the next attempt may succeed.
        package let isTransient: Bool
        package let retryAfter: Duration? = nil

        package var description: String { "\(cause) \(remedy)" }

        package var cause: String { "\(search), and dploy.app has no usable marathon_url." }

        /// The sources that do not depend on a commit.
        package var search: String {
            "Marathon's address is unknown: -marathon is not set, "
                + "Mesos-DNS \(isTransient ? "does not respond" : "does not know marathon.mesos")"
        }

        package var remedy: String { "Set DPLOY_MARATHON_URL." }
    }

    private let fixed: ServiceURL?
    package let mesosDNS: MesosDNS
    private let logger: Logger
    /// Mesos-DNS may fail for a while, but Marathon does not move because of that.
    private let lastFound: Mutex<ServiceURL?>
    /// The address in the newest app descriptor that had one, for requests without a descriptor.
    private let lastDescribed = Mutex<ServiceURL?>(nil)

    /// Whether the settings contain the address, so that Mesos-DNS is not needed.
    package var isFixed: Bool { fixed != nil }

    /// - Parameter lastFound: Where Marathon was found before.
    package init(fixed: ServiceURL?, mesosDNS: MesosDNS, lastFound: ServiceURL? = nil, logger: Logger) {
        self.fixed = fixed
        self.mesosDNS = mesosDNS
        self.lastFound = Mutex(lastFound)
        self.logger = logger
    }

    /// - Throws: `Unknown`, `CancellationError`.
    package func find(for descriptor: AppDescriptor) async throws -> ServiceURL {
        if let fixed { return fixed }
        var responds = true
        do {
            if let discovered = try await discover() { return discovered }
        } catch let failure as MesosDNS.Failure {
            logger.debug("\(failure)", metadata: [.serviceDiscovery: "step"])
            responds = false
        }
        if let last = lastFound.withLock(\.self) {
            let problem = responds ? "does not list Marathon" : "does not respond"
            logger.info("Mesos-DNS \(problem). Using Marathon's last known address: \(last)")
            return last
        }
        guard let text = descriptor.marathonURL, let url = try? ServiceURL(text) else {
            if let described = lastDescribed.withLock(\.self), descriptor == AppDescriptor() { return described }
            throw Unknown(isTransient: !responds)
        }
        lastDescribed.withLock { $0 = url }
        logger.debug("Using marathon_url from dploy.app: \(url)", metadata: [.serviceDiscovery: "done"])
        return url
    }

    /// nil if Mesos-DNS does not know the name.
    private func discover() async throws -> ServiceURL? {
        logger.debug("Trying to query HTTP API of \(mesosDNS.url)", metadata: [.serviceDiscovery: "step"])
        guard let address = try await mesosDNS.addresses(of: "marathon.mesos.").first else { return nil }
        let url = ServiceURL(host: address, port: 8080)
        lastFound.withLock { $0 = url }
        logger.debug("Found Marathon at \(url)", metadata: [.serviceDiscovery: "done"])
        return url
    }
}
