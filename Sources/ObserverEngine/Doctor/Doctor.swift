import Foundation
import Logging

/// Checks everything that an observer depends on, with or without a running observer. Changes nothing.
package struct Doctor: Sendable {
    /// The observer to check, which may not be running.
    package struct Observer: Sendable {
        fileprivate let client: ControlClient
        fileprivate let place: String

        /// - Parameter place: Its socket or URL, for findings.
        package init(client: ControlClient, place: String) {
            self.client = client
            self.place = place
        }
    }

    private let configuration: Result<Configuration, ConfigurationError>
    private let environment: [String: String]
    private let http: HTTPTransport
    private let observer: Observer?

    /// - Parameters:
    ///   - environment: What Compose inherits.
    ///   - observer: nil if no observer is selected.
    package init(
        configuration: Result<Configuration, ConfigurationError>, environment: [String: String], http: HTTPTransport,
        observer: Observer?
    ) {
        self.configuration = configuration
        self.environment = environment
        self.http = http
        self.observer = observer
    }

    package func run() async throws -> [Finding] {
        let (running, seen) = try await observe()
        switch configuration {
        case .failure(let error):
            let settings = Finding.settings(error, isObserved: seen != nil)
            let others = seen.map { seen in
                [.token(seenBy: seen.engine), .webhook(seen: seen.hook)] + Finding.dependencies(seenBy: seen.engine)
            }
            return [settings, running] + (others ?? [])
        case .success(let configuration):
            let redactor = Redactor(secrets: configuration.secrets)
            let others = try await check(configuration, seen: seen)
            let inUse = seen == nil ? await addressesInUse(configuration.server) : []
            let settings = Finding.settings(
                warnings: configuration.warnings + inUse,
                obstacles: configuration.server.tokensFile.map(TokenFile.obstacles) ?? [], isObserved: seen != nil)
            return ([settings, running] + others).map { $0.redacted(by: redactor) }
        }
    }

    private func check(_ configuration: Configuration, seen: ObservedEngine?) async throws -> [Finding] {
        let mesosDNS = MesosDNS(http: http, url: configuration.discovery.mesosDNS)
        async let cluster = cluster(configuration, mesosDNS: mesosDNS, seen: seen)
        let publicURL = try await publicURL(configuration, mesosDNS: mesosDNS, seen: seen)
        async let address = Finding.address(
            publicURL, responder: responder(at: publicURL, seen: seen), gitHub: configuration.gitHub.api)
        async let gitHub = GitHubChecks(
            configuration: configuration, http: http, publicURL: publicURL, seen: seen
        ).findings()
        let disk = Finding.disk(DiskSpace(at: configuration.state.location))
        let certificate = configuration.server.tls.map { Finding.certificate($0, now: Date()) }
        var findings = network(configuration, seen: seen)
        findings += try await gitHub
        findings.append(try await address)
        findings += [certificate].compactMap(\.self)
        findings += try await cluster
        return findings + [disk]
    }

    /// A sentence for each address at which an observer could not listen now. Those of a running one are in use.
    private func addressesInUse(_ server: ServerSettings) async -> [String] {
        let listen = await ListenProbe.problem(at: server.listen, of: .listen)
        guard let metrics = server.metricsListen else { return [listen].compactMap(\.self) }
        return [listen, await ListenProbe.problem(at: metrics, of: .metricsListen)].compactMap(\.self)
    }

    private func network(_ configuration: Configuration, seen: ObservedEngine?) -> [Finding] {
        let marathon = configuration.marathon.url ?? seen?.engine.marathonURL.flatMap { try? ServiceURL($0) }
        let services: [(name: String, url: ServiceURL?)] = [
            ("GitHub", configuration.gitHub.api),
            ("Mesos-DNS", configuration.discovery.usesMesosDNS ? configuration.discovery.mesosDNS : nil),
            ("Marathon", configuration.deployment.target == .marathon ? marathon : nil),
            ("notifications", configuration.deployment.notify?.base),
        ]
        let known = services.compactMap { service in service.url.map { (name: service.name, url: $0) } }
        let network = configuration.network
        let findings: [Finding?] = [.proxy(network.proxies, services: known), .authorities(network.authorities)]
        return findings.compactMap(\.self)
    }

    /// The checks of the target, and of Mesos-DNS where only the public address may depend on it.
    private func cluster(
        _ configuration: Configuration, mesosDNS: MesosDNS, seen: ObservedEngine?
    ) async throws -> [Finding] {
        let marathon = MarathonAddress(
            fixed: configuration.marathon.url, mesosDNS: mesosDNS,
            lastFound: seen?.engine.marathonURL.flatMap { try? ServiceURL($0) }, logger: .silent)
        let target = ConfiguredTarget.make(
            configuration.target, http: http, marathon: marathon, environment: environment,
            stateDirectory: configuration.state.directory, lastSuccess: nil,
            redactor: Redactor(secrets: configuration.secrets), logger: .silent)
        let findings = try await target.checks()
        if findings.contains(where: { $0.check == .mesosDNS }) { return findings }
        guard configuration.discovery.usesMesosDNS else { return [MesosDNS.unused] + findings }
        let isAddressKnown = configuration.server.publicURL != nil || !configuration.discovery.task.isMesosTask
        return [try await mesosDNS.check(isNeeded: !isAddressKnown)] + findings
    }

    private func observe() async throws -> (Finding, ObservedEngine?) {
        guard let observer else { return (.observerUnknown, nil) }
        do {
            let seen = ObservedEngine(
                engine: try await observer.client.engine(), hook: try await observer.client.hook())
            return (.observer(seen.engine, at: observer.place, now: Date()), seen)
        } catch let failure as ControlClient.Failure {
            return (.observer(failure), nil)
        }
    }

    /// The address that the running observer uses, or the one it would find without waiting for Mesos-DNS.
    private func publicURL(
        _ configuration: Configuration, mesosDNS: MesosDNS, seen: ObservedEngine?
    ) async throws -> ServiceURL? {
        if let text = seen?.engine.publicURL { return try? ServiceURL(text) }
        var discovery = configuration.discovery
        discovery.registrationDelay = .zero
        return try await PublicAddress(
            server: configuration.server, discovery: discovery, mesosDNS: mesosDNS, logger: .silent
        ).find(listening: configuration.server.listen.port)
    }

    private func responder(at url: ServiceURL?, seen: ObservedEngine?) async throws -> Finding.Responder {
        guard let url, let seen else { return .unchecked }
        do {
            let response = try await JSONClient(http: http, base: url).send(
                JSONRequest(.get, "/status"), limits: .init(timeout: .seconds(5), size: 1024 * 1024))
            let status: ObservedStatus? = try? response.decode()
            return status?.watched == seen.engine.watched ? .thisObserver : .other
        } catch let error as TransportError {
            return .unreachable(error.detail)
        }
    }
}

extension Logger {
    /// The doctor reports findings instead of log lines.
    static var silent: Logger { Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() } }
}
