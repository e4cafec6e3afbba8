import AsyncHTTPClient
import Foundation
import Hummingbird
import Logging

@testable import ObserverEngine

/// The routes of the whole program, as its parts register them.
enum AllRoutes {
    /// Routes such as `GET /v1/deliveries/{id}`.
    static func list() throws -> [String] {
        let router = Router(context: ObserverRequestContext.self)
        let parts = try Parts()
        parts.deliveries.add(to: router)
        let gate = AccessGate(
            tokens: try ControlTokens(admin: Secret("an admin token"), path: nil, logger: .silent),
            log: LimitedLog(logger: .silent))
        parts.status.add(to: router, for: .anyone(gate))
        parts.control.add(to: router, behind: gate)
        return router.routes.map { route in
            let path = "\(route.path)".split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : "\($0)" }
            return "\(route.method) /\(path.joined(separator: "/"))"
        }
    }

    /// The parts that register routes, with dependencies that never run.
    private struct Parts {
        let deliveries: DeliveryRoutes
        let status: StatusRoutes
        let control: ControlRoutes

        init() throws {
            let directory = try temporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            var reader = ConfigurationReader(
                sources: SettingSources(
                    flags: [.owner: "o", .repo: "r", .pat: "t", .state: directory], environment: [:],
                    directory: directory))
            let configuration = try reader.read()
            let logger = Logger.silent
            let transcript = Transcript { _ in }
            let store = try Store(directory: directory)
            let status = BranchStatus(configuration: configuration, instance: "i", feed: store.feed)
            let rejected = RejectedDeliveries(feed: store.feed)
            let metrics = Metrics(of: configuration.branch)
            let recentLog = RecentLog()
            let gitHub = GitHubClient(
                http: .shared, api: configuration.gitHub.api, repository: configuration.branch.repository,
                token: AccessToken(configuration.gitHub.accessToken, file: nil))
            let identity = RepositoryIdentity(gitHub: gitHub, store: store, status: status, logger: logger)
            let head = HeadReconciler(gitHub: gitHub, store: store, status: status, identity: identity, logger: logger)
            let commits = CommitResolver(gitHub: gitHub, branch: configuration.branch)
            let secrets = WebhookSecrets(configuration.hookSecret)
            let judge = DeliveryJudge(identity: identity, status: status)
            let webhook = WebhookService(
                reconciler: WebhookReconciler(
                    settings: .init(branch: configuration.branch, polls: true),
                    endpoint: WebhookEndpoint(
                        address: PublicAddress(
                            server: configuration.server, discovery: configuration.discovery,
                            mesosDNS: MesosDNS(http: .shared, url: configuration.discovery.mesosDNS), logger: logger),
                        listening: Latch(), secrets: secrets,
                        otherObservers: OtherObservers(http: .shared, branch: configuration.branch, logger: logger)),
                    identity: identity, gitHub: gitHub, store: store, status: status, logger: logger),
                missed: MissedDeliveries(
                    gitHub: gitHub, store: store, status: status, judge: judge, head: head, logger: logger),
                authentication: Authentication(
                    gitHub: gitHub, token: AccessToken(configuration.gitHub.accessToken, file: nil), status: status,
                    transcript: transcript, logger: logger),
                reviewInterval: .zero, metrics: metrics, transcript: transcript, logger: logger)
            deliveries = DeliveryRoutes(
                receiver: DeliveryReceiver(
                    judge: judge, secrets: secrets, store: store, rejected: rejected, metrics: metrics, status: status,
                    log: LimitedLog(logger: logger)),
                addresses: nil)
            self.status = StatusRoutes(
                branch: configuration.branch, status: status, store: store, metrics: metrics,
                rateLimit: gitHub.rateLimit)
            let trees = CommitTrees(
                gitHub: gitHub, branch: configuration.branch, stateDirectory: directory, logger: logger)
            let apps = AppsStatus(of: configuration.branch, feed: store.feed)
            let target = ConfiguredTarget.make(
                configuration.target, http: .shared,
                marathon: MarathonAddress(
                    fixed: nil, mesosDNS: MesosDNS(http: .shared, url: configuration.discovery.mesosDNS),
                    logger: logger),
                environment: [:], stateDirectory: directory, lastSuccess: nil, redactor: Redactor(secrets: []),
                logger: logger)
            let running = AppsService(
                watch: AppsWatch(
                    expected: ExpectedApps(target: target, trees: trees) { throw CancellationError() },
                    store: store, status: apps,
                    announcer: DriftAnnouncer(
                        branch: configuration.branch, policy: DriftPolicy(), store: store,
                        notifier: Notifier(http: .shared, address: nil, logger: logger), metrics: metrics,
                        logger: logger),
                    settings: .init(branch: configuration.branch, drift: DriftPolicy(), reviewInterval: .zero),
                    logger: logger),
                status: apps)
            control = ControlRoutes(
                service: ControlService(
                    store: store, status: status, rejected: rejected,
                    recentLog: recentLog, webhook: webhook,
                    actions: BranchActions(
                        store: store, status: status,
                        gitHub: .init(commits: commits, head: head, identity: identity),
                        decisions: DecisionKeeper(
                            branch: configuration.branch, store: store, status: status, place: nil,
                            statuses: CommitStatusReporter(
                                gitHub: gitHub, isOn: false, redactor: Redactor(secrets: []), logger: logger),
                            logger: logger),
                        policy: DeploymentPolicy(), logger: logger),
                    trail: AuditTrail(store: store, logger: logger)),
                plans: PlanService(
                    commits: commits,
                    planner: Planner(target: target, trees: trees, store: store, branch: configuration.branch)),
                apps: running, why: WhyService(store: store, status: status, apps: running, commits: commits),
                feed: ControlFeed(feed: store.feed, recentLog: recentLog) { nil })
        }
    }
}
