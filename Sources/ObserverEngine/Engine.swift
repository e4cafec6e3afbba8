import AsyncHTTPClient
import Foundation
import Hummingbird
import Logging
import ServiceLifecycle

/// The whole program but its face: builds every part and runs them. Start reading here.
///
/// A push comes in through `DeliveryRoutes`, is judged and stored by `DeliveryReceiver`, waits as a row in `Store`, is taken
/// up by `Deployer` and told as a story by `DeploymentRun`. `Authentication` and `HookKeeper` see to it that GitHub knows
/// us and reaches us; `BranchPoll` finds the pushes that did not.
package struct Engine: Sendable {
    /// The port that the server listens on, once it does.
    package let listening = Latch<Int>()
    package let store: Store
    package let status: EngineStatus

    private let configuration: Configuration
    private let transcript: Transcript
    private let log: EngineLog
    private let http: HTTPClient
    private let environment: [String: String]
    private let stopsOnSignals: Bool
    private let stopRequested = Latch<Void>()
    private let token: AccessToken
    private let secrets: HookSecrets
    private let certificate: ServerCertificate?

    private var logger: Logger { log.logger }

    /// Opens the store; contacts nobody yet.
    /// - Parameters:
    ///   - environment: What a deploy command inherits.
    ///   - stopsOnSignals: Whether SIGTERM and SIGINT end it, as they should where it is the whole process.
    /// - Throws: `ServerCertificate.Unusable`, `Store.Unusable`
    package init(
        configuration: Configuration, environment: [String: String], transcript: Transcript, log: EngineLog,
        stopsOnSignals: Bool
    ) throws {
        self.configuration = configuration
        self.environment = environment
        self.transcript = transcript
        self.log = log
        self.stopsOnSignals = stopsOnSignals
        certificate = try configuration.tls.map { try ServerCertificate($0, logger: log.logger) }
        store = try Store(directory: configuration.stateDirectory, redactor: log.redactor) {
            [logger = log.logger] putAside in
            logger.error("\(Self.sentence(ofBroken: putAside))")
        }
        status = EngineStatus(configuration: configuration, instance: UUID().uuidString, feed: store.feed)
        http = HTTPClient(configuration: .observer)
        let secrets = HookSecrets(configuration.hookSecret)
        self.secrets = secrets
        token = AccessToken(configuration.accessToken, file: configuration.accessTokenFile) {
            [redactor = log.redactor] in
            redactor.add($0)
            redactor.add(HookSecret.derived(from: $0, repository: configuration.branch.repository))
        } didChange: {
            guard configuration.webhookSecret == nil else { return }
            secrets.rotate(to: HookSecret.derived(from: $0, repository: configuration.branch.repository))
        }
    }

    /// Makes `run` finish what it has begun, and return.
    package func stop() {
        stopRequested.set(())
    }

    /// Runs until it is told to stop: by `stop`, by a signal, or by the end of the task.
    /// - Throws: `Authentication.Refused`, `ObserverServer.ListenFailure`
    package func run() async throws {
        // A signal that comes while we start must end us in order, too.
        let signals =
            stopsOnSignals
            ? await ShutdownSignals(transcript: transcript, isMesosTask: configuration.task.isMesosTask) : nil
        transcript.printBanner(version: Version.current, watching: configuration.branch)
        for warning in configuration.warnings { logger.warning("\(warning)") }
        if let broken = store.brokenDatabase {
            logger.error("\(Self.sentence(ofBroken: broken))")
        }
        do {
            status.note(try await store.branchState(of: configuration.branch))
            try await serviceGroup(signals).run()
        } catch is CancellationError {
            // Told to stop, something took longer than it may.
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private static func sentence(ofBroken putAside: String?) -> String {
        let fate = putAside.map { "was broken and is put aside as \($0)" } ?? "is gone, and a new one is begun"
        return "The database \(fate). What it knew is asked of GitHub and Marathon."
    }

    /// The services end in the reverse of their order: first the deployer lets go, then the servers finish the requests
    /// that they have begun.
    private func serviceGroup(_ signals: ShutdownSignals?) -> ServiceGroup {
        let redactor = log.redactor
        let metrics = Metrics()
        let rejected = RejectedDeliveries(feed: store.feed)
        let gitHub = GitHubClient(
            http: http, api: configuration.gitHubAPI, repository: configuration.branch.repository, token: token,
            rateLimit: RateLimit { [status] in status.note(rateLimitRemaining: $0) })
        let mesosDNS = MesosDNS(http: http, url: configuration.mesosDNS)
        let authentication = Authentication(
            gitHub: gitHub, token: token, status: status, transcript: transcript, logger: logger)
        let head = BranchHead(
            gitHub: gitHub, store: store, branch: configuration.branch, status: status, logger: logger)
        let poll = BranchPoll(
            head: head, interval: configuration.pollInterval, rateLimit: gitHub.rateLimit, store: store,
            authentication: authentication, logger: logger)
        let hookKeeper = hookKeeper(
            gitHub: gitHub, mesosDNS: mesosDNS, authentication: authentication, head: head, metrics: metrics)
        let controlFeed = ControlFeed(feed: store.feed, recentLog: log.recent) { [store, configuration] in
            try? await store.expectedSeconds(of: configuration.branch)
        }
        let statuses = CommitStatusReporter(
            gitHub: gitHub, isOn: configuration.reportsCommitStatus, redactor: redactor, logger: logger)
        let notifier = Notifier(http: http, address: configuration.notify, logger: logger)

        let statusRoutes = StatusRoutes(
            configuration: configuration, status: status, store: store, metrics: metrics, rateLimit: gitHub.rateLimit)
        let addresses =
            configuration.takesGitHubAddressesOnly
            ? GitHubAddresses(gitHub: gitHub, authentication: authentication, logger: logger) : nil
        let deliveryRoutes = DeliveryRoutes(
            receiver: DeliveryReceiver(
                branch: configuration.branch, secrets: secrets, store: store, rejected: rejected, metrics: metrics, status: status, logger: logger),
            addresses: addresses)
        let controlRoutes = ControlRoutes(
            service: ControlService(
                configuration: configuration, store: store, status: status, rejected: rejected,
                recentLog: log.recent, hookKeeper: hookKeeper, gitHub: gitHub),
            feed: controlFeed)

        let deployer = Deployer(
            configuration: configuration, gitHub: gitHub, target: target(mesosDNS: mesosDNS, redactor: redactor),
            store: store, authentication: authentication, statuses: statuses, notifier: notifier, redactor: redactor,
            metrics: metrics, logger: logger)

        let services: [(any Service)?] = [
            RetentionKeeper(store: store, retention: configuration.retention, logger: logger),
            addresses, authentication, hookKeeper, poll, statuses, notifier,
            publicServer(statusRoutes, deliveryRoutes, controlRoutes), controlServer(statusRoutes, controlRoutes),
            controlFeed, deployer,
            StopRequest(requested: stopRequested), signals,
        ]
        return ServiceGroup(services.compactMap(\.self), logger: logger)
    }

    private func hookKeeper(
        gitHub: GitHubClient, mesosDNS: MesosDNS, authentication: Authentication, head: BranchHead, metrics: Metrics
    ) -> HookKeeper {
        HookKeeper(
            registration: HookRegistration(
                gitHub: gitHub,
                neighbours: NeighbourObservers(http: http, instance: status.engine.instance, logger: logger),
                store: store, branch: configuration.branch, status: status,
                polls: configuration.pollInterval > .zero, logger: logger),
            address: PublicAddress(configuration: configuration, mesosDNS: mesosDNS, logger: logger),
            authentication: authentication, listening: listening, secrets: secrets,
            reviewInterval: configuration.reviewInterval,
            missed: MissedDeliveries(
                gitHub: gitHub, store: store, branch: configuration.branch, head: head, logger: logger),
            feed: store.feed, metrics: metrics, status: status, transcript: transcript, logger: logger)
    }

    /// What GitHub and everybody else reaches; operators only with the admin token.
    private func publicServer(
        _ status: StatusRoutes, _ deliveries: DeliveryRoutes, _ control: ControlRoutes
    ) -> ObserverServer {
        let router = Router(context: ObserverRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: TrustedProxies(configuration.trustedProxies))
        deliveries.add(to: router)
        status.add(to: router)
        if let token = configuration.adminToken { control.add(to: router, behind: AdminGate(token: token)) }
        return ObserverServer(
            router: router, address: configuration.listen, certificate: certificate, listening: listening,
            logger: logger)
    }

    /// What the dashboard and the verbs of this machine reach.
    private func controlServer(_ status: StatusRoutes, _ control: ControlRoutes) -> ObserverServer {
        let router = Router(context: ObserverRequestContext.self, options: .autoGenerateHeadEndpoints)
        status.add(to: router)
        control.add(to: router, behind: nil)
        return ObserverServer(router: router, socket: configuration.controlSocket, logger: logger)
    }

    private func target(mesosDNS: MesosDNS, redactor: Redactor) -> any DeploymentTarget {
        if let command = configuration.deployCommand {
            return CommandTarget(
                command: command, environment: environment, redactor: redactor, timeout: configuration.deployTimeout)
        }
        return MarathonTarget(
            http: http,
            address: MarathonAddress(fixed: configuration.marathon, mesosDNS: mesosDNS, logger: logger),
            configuration: configuration, store: store, status: status, logger: logger)
    }
}

extension ServiceGroup {
    /// One that ends as a whole, within two seconds and a little.
    fileprivate init(_ services: [any Service], logger: Logger) {
        // How services start and stop is our own business.
        var quiet = logger
        quiet.logLevel = .critical
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            },
            logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        self.init(configuration: configuration)
    }
}
