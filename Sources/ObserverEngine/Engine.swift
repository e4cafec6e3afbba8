import Foundation
import Hummingbird
import Logging
import ServiceLifecycle

/// The whole program except its user interface. Start reading here.
///
/// Builds everything that exists once per process, and one `BranchObserver` per watched branch (today there is one), and
/// runs them.
/// A push arrives in `DeliveryRoutes`, is verified and stored by `DeliveryReceiver`, waits as a row in `Store`, and is
/// picked up by `Deployer`, which hands it to `DeploymentAttempt`, and that to `DeploymentRun`.
package struct Engine: Sendable {
    /// The port of the public server, once it listens.
    package let listening = Latch<Int>()
    /// The port of the metrics, once it listens, if they have an address of their own.
    package let metricsListening = Latch<Int>()
    /// The path of the control socket, once it is served; nil if there is none.
    package let controlSocket = Latch<String?>()
    package let store: Store

    private let shared: BranchObserver.Shared
    private let branches: [BranchObserver]
    private let certificate: ServerCertificate?
    private let tokens: ControlTokens
    private let stateLock: StateLock
    private let stopsOnSignals: Bool
    private let stopRequested = Latch<Void>()

    private var configuration: Configuration { shared.configuration }
    private var logger: Logger { shared.logger }

    /// The status of the watched branch.
    package var status: BranchStatus { branches[0].status }

    /// Opens the store; makes no connections yet.
    /// - Parameters:
    ///   - environment: What a deploy command inherits.
    ///   - stopsOnSignals: Whether SIGTERM and SIGINT stop it, as they should where it is the whole program.
    /// - Throws: `ServerCertificate.Unusable`, `TokenFile.Unusable`, `Store.Unusable`
    package init(
        configuration: Configuration, environment: [String: String], transcript: Transcript, log: EngineLog,
        stopsOnSignals: Bool
    ) throws {
        self.stopsOnSignals = stopsOnSignals
        certificate = try configuration.server.tls.map { try ServerCertificate($0, logger: log.logger) }
        tokens = try ControlTokens(
            admin: configuration.server.adminToken, path: configuration.server.tokensFile, logger: log.logger)
        stateLock = StateLock(of: configuration.state.directory)
        store = try Store(
            directory: configuration.state.directory, redactor: log.redactor,
            keepsOlderPushes: configuration.deployment.policy.keepsOlderPushes
        ) { [logger = log.logger] setAside in
            logger.error("\(Store.sentence(ofRenewal: setAside))")
        }
        shared = BranchObserver.Shared(
            configuration: configuration, environment: environment, store: store,
            http: HTTPTransport(configuration.network),
            log: log, transcript: transcript, listening: listening)
        let instance = UUID().uuidString
        branches = [BranchObserver(configuration.branch, instance: instance, in: shared)]
    }

    /// Makes `run` finish what is in progress, and return.
    package func stop() {
        stopRequested.set(())
    }

    /// Runs until it is stopped: by `stop`, by a signal, or by cancellation.
    /// - Throws: `Authentication.Refused`, `ObserverServer.ListenFailure`
    package func run() async throws {
        // A signal during the start must stop the program cleanly, too.
        let signals =
            stopsOnSignals
            ? await ShutdownSignals(
                transcript: shared.transcript, isMesosTask: configuration.discovery.task.isMesosTask, logger: logger)
            : nil
        shared.transcript.printBanner(version: Version.current, watching: configuration.branch)
        for warning in configuration.warnings { logger.warning("\(warning)") }
        for notice in configuration.notices { logger.info("\(notice)") }
        for sentence in configuration.network.proxies.sentences { logger.info("\(sentence)") }
        if let broken = store.brokenDatabase {
            logger.error("\(Store.sentence(ofRenewal: broken))")
        }
        do {
            for branch in branches { try await branch.recall() }
            try await serviceGroup(signals).run()
        } catch is CancellationError {
            // A service exceeded the time limit of a shutdown and was cancelled.
        } catch {
            try await shared.http.shutdown()
            throw error
        }
        try await shared.http.shutdown()
    }

    /// The services stop in the reverse of the order of the list: the deployers stop first, and the servers only after they
    /// have answered the requests in progress.
    private func serviceGroup(_ signals: ShutdownSignals?) -> ServiceGroup {
        let main = branches[0]
        let feed = ControlFeed(feed: store.feed, recentLog: shared.log.recent) { [store] in
            try? await store.expectedSeconds(of: main.branch)
        }
        let status = StatusRoutes(
            branch: main.branch, status: main.status, store: store, metrics: main.metrics,
            rateLimit: main.gitHub.rateLimit)
        let control = ControlRoutes(
            service: main.control, plans: main.plans, apps: main.apps, why: main.why, feed: feed)
        let servers: [any Service] =
            [publicServer(status, main.deliveries, control), controlServer(status, control), feed]
            + (metricsServer(status).map { [$0] } ?? [])
        let others: [any Service] =
            [
                JournalKeeper(store: store, logger: logger),
                RetentionKeeper(store: store, retention: configuration.state.retention, logger: logger),
                shared.log.limited, StartupMemory(store: store, logger: logger),
            ] + branches.flatMap(\.services)
        // Deliveries are accepted first: starting everything else at once takes longer than that.
        let working =
            others.map { SupervisedService(service: $0, begin: listening) }
            + servers.map { SupervisedService(service: $0) }
            + branches.map { SupervisedService(service: $0.deployer, begin: listening) }
        // These end in order to stop the others.
        let stopping: [(any Service)?] = [StopRequest(requested: stopRequested), signals]
        return ServiceGroup(
            working.map { $0 as any Service } + stopping.compactMap(\.self), logger: logger)
    }

    /// The routes for GitHub and every other client; operators need a token.
    private func publicServer(
        _ status: StatusRoutes, _ deliveries: DeliveryRoutes, _ control: ControlRoutes
    ) -> ObserverServer {
        let router = Router(context: ObserverRequestContext.self, options: .autoGenerateHeadEndpoints)
        let proxies = configuration.server.trustedProxies
        if !proxies.isEmpty { router.add(middleware: TrustedProxies(proxies)) }
        let gate = tokens.isOpen ? AccessGate(tokens: tokens, log: shared.log.limited) : nil
        deliveries.add(to: router)
        status.add(to: router, for: .anyone(gate))
        if let gate { control.add(to: router, behind: gate) }
        let hasControl = gate != nil
        UnmatchedRequests.answer(in: router) { path in
            switch path {
            case DesiredWebhook.path: "GitHub sends deliveries here, with POST; see /status for the state."
            case _ where !hasControl && (path.hasPrefix("/v1/") || ["/register", "/reset"].contains(path)):
                "The control API is not available at this address: the observer was started without "
                    + "DPLOY_OBSERVER_ADMIN_TOKEN and -tokens."
            case "/metrics" where !hasControl:
                "Metrics are not available at this address: start the observer with -metrics-listen, or with a token for "
                    + "Prometheus (-tokens)."
            default: nil
            }
        }
        return ObserverServer(
            router: router, address: configuration.server.listen, certificate: certificate, listening: listening,
            logger: logger)
    }

    /// The metrics for anyone who can reach their own address; nil without one.
    private func metricsServer(_ status: StatusRoutes) -> ObserverServer? {
        guard let address = configuration.server.metricsListen else { return nil }
        let router = Router(context: ObserverRequestContext.self, options: .autoGenerateHeadEndpoints)
        status.addMetrics(to: router)
        UnmatchedRequests.answer(in: router) { _ in "Only /metrics is served at this address." }
        return ObserverServer(
            router: router, address: address, certificate: nil, listening: metricsListening, setting: .metricsListen,
            logger: logger)
    }

    /// The routes for the dashboard and the commands on this machine.
    private func controlServer(_ status: StatusRoutes, _ control: ControlRoutes) -> ControlSocket {
        let router = { @Sendable () -> Router<ObserverRequestContext> in
            let router = Router(context: ObserverRequestContext.self, options: .autoGenerateHeadEndpoints)
            status.add(to: router, for: .owner)
            control.add(to: router, behind: nil)
            UnmatchedRequests.answer(in: router) { _ in nil }
            return router
        }
        return ControlSocket(
            at: configuration.state.location, router: router, listening: controlSocket, logger: logger
        ) { [stateLock] in
            try stateLock.restore()
        }
    }
}

extension ServiceGroup {
    /// A group that stops as a whole, in little more than two seconds.
    fileprivate init(_ services: [any Service], logger: Logger) {
        // Operators need not read how services start and stop.
        var quiet = logger
        quiet.logLevel = .critical
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                // The default name is a description of the whole object, which takes milliseconds.
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup, serviceName: "\(type(of: $0))")
            },
            logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        self.init(configuration: configuration)
    }
}
