import AsyncHTTPClient

/// Asks Mesos-DNS and Marathon what the doctor wants to know.
struct ClusterExamination {
    let configuration: Configuration
    let http: HTTPClient
    let mesosDNS: MesosDNS
    let seen: ObservedEngine?

    func findings() async throws -> [Finding] {
        [try await discovery(), try await marathon()]
    }

    private func discovery() async throws -> Finding {
        let addresses: Result<[String], MesosDNS.Failure>
        do {
            addresses = .success(try await mesosDNS.addresses(of: "marathon.mesos."))
        } catch let failure as MesosDNS.Failure {
            addresses = .failure(failure)
        }
        let knowsMarathon = configuration.marathon != nil || configuration.deployCommand != nil
        let knowsAddress = configuration.publicURL != nil || !configuration.task.isMesosTask
        return .mesosDNS(addresses, at: mesosDNS.url, isNeeded: !(knowsMarathon && knowsAddress))
    }

    private func marathon() async throws -> Finding {
        if configuration.deployCommand != nil { return .marathonNotNeeded }
        do {
            let url = try await address()
            let marathon = MarathonClient(http: http, url: url, credentials: configuration.marathonCredentials)
            return .marathon(version: try await marathon.version(), at: url)
        } catch let error where !(error is CancellationError) {
            return .marathon(error)
        }
    }

    /// What the observer that runs found; else what it would find without a pushed app descriptor.
    private func address() async throws -> ServiceURL {
        if let url = try seen?.engine.marathonURL.map({ try ServiceURL($0) }) { return url }
        return try await MarathonAddress(fixed: configuration.marathon, mesosDNS: mesosDNS, logger: .silent)
            .find(for: AppDescriptor())
    }
}
