import Foundation
import Logging
import ServiceLifecycle

/// Everything that exists once per watched branch: its webhook, the polling of its head, its queue and its status.
struct BranchObserver: Sendable {
    /// Everything that the branches of a process share.
    struct Shared: Sendable {
        let configuration: Configuration
        /// The environment that a deploy command inherits.
        let environment: [String: String]
        let store: Store
        let http: HTTPTransport
        let log: EngineLog
        let transcript: Transcript
        /// The port of the public server, once it listens.
        let listening: Latch<Int>

        var logger: Logger { log.logger }
    }

    let branch: WatchedBranch
    let status: BranchStatus
    let metrics: Metrics
    let gitHub: GitHubClient
    let deliveries: DeliveryRoutes
    let control: ControlService
    let plans: PlanService
    let apps: AppsService
    let why: WhyService
    /// Everything that runs, except the deployer, which has to stop first (see `Engine`).
    let services: [any Service]
    let deployer: Deployer
    private let store: Store
    private let announcer: DeploymentAnnouncer

    /// - Parameter instance: Identifies this run of the observer.
    init(_ branch: WatchedBranch, instance: String, in shared: Shared) {
        var configuration = shared.configuration
        configuration.branch = branch
        let (store, logger) = (shared.store, shared.logger)
        let redactor = shared.log.redactor
        let rules = configuration.deployment.rules
        let status = BranchStatus(configuration: configuration, instance: instance, feed: store.feed)
        let metrics = Metrics(of: branch)
        store.feed.listen { metrics.note($0) }
        let secrets = WebhookSecrets(configuration.hookSecret)
        let token = Self.token(for: branch, secrets: secrets, in: shared)
        let gitHub = GitHubClient(
            http: shared.http, api: configuration.gitHub.api, repository: branch.repository, token: token,
            rateLimit: RateLimit { status.note(rateLimitRemaining: $0) }, observe: { status.note(gitHub: $0) })
        let mesosDNS = MesosDNS(http: shared.http, url: configuration.discovery.mesosDNS)
        let authentication = Authentication(
            gitHub: gitHub, token: token, status: status, transcript: shared.transcript, logger: logger)
        let identity = RepositoryIdentity(gitHub: gitHub, store: store, status: status, logger: logger)
        let head = HeadReconciler(
            gitHub: gitHub, store: store, status: status, identity: identity, rules: rules, logger: logger)
        let commits = CommitResolver(gitHub: gitHub, branch: branch)
        let poll = BranchPoll(
            head: head, identity: identity, interval: configuration.gitHub.pollInterval, rateLimit: gitHub.rateLimit,
            store: store, authentication: authentication, logger: logger)
        let reconciler = WebhookReconciler(
            settings: .init(
                branch: branch, polls: configuration.gitHub.pollInterval > .zero,
                events: DesiredWebhook.events(includingChecks: configuration.deployment.policy.checks != .off)),
            endpoint: WebhookEndpoint(
                address: PublicAddress(
                    server: configuration.server, discovery: configuration.discovery, mesosDNS: mesosDNS,
                    logger: logger),
                listening: shared.listening, secrets: secrets,
                otherObservers: OtherObservers(http: shared.http, branch: branch, logger: logger)),
            identity: identity, gitHub: gitHub, store: store, status: status, logger: logger)
        let judge = DeliveryJudge(identity: identity, status: status, rules: rules)
        let webhook = WebhookService(
            reconciler: reconciler,
            missed: MissedDeliveries(
                gitHub: gitHub, store: store, status: status, judge: judge, head: head, logger: logger),
            authentication: authentication, reviewInterval: configuration.gitHub.reviewInterval, metrics: metrics,
            transcript: shared.transcript, logger: logger)
        let addresses =
            configuration.server.allowsOnlyGitHub
            ? GitHubAddresses(gitHub: gitHub, authentication: authentication, logger: logger) : nil
        let statuses = CommitStatusReporter(
            gitHub: gitHub, isOn: configuration.gitHub.reportsCommitStatus, redactor: redactor, logger: logger)
        let trees = CommitTrees(
            gitHub: gitHub, branch: branch, stateDirectory: configuration.state.directory, logger: logger)
        let target = Self.target(
            mesosDNS: mesosDNS, status: status,
            lastSuccess: LastSuccess(store: store, gitHub: gitHub, trees: trees, logger: logger), in: shared)
        let decisions = DecisionKeeper(
            branch: branch, store: store, status: status, place: target.decisionStore, statuses: statuses,
            logger: logger)
        let notifier = Notifier(http: shared.http, address: configuration.deployment.notify, logger: logger)
        let policy = configuration.deployment.policy
        let announcer = DeploymentAnnouncer(
            store: store, statuses: statuses, notifier: notifier, decisions: decisions, logger: logger)
        let review = QueueReview(
            policy: policy, onFailure: configuration.deployment.onFailure, branch: branch, store: store,
            checks: CheckReader(gitHub: gitHub, branch: branch, required: policy.checks, feed: store.feed),
            announcer: announcer, logger: logger)
        var deployer = Deployer(
            configuration: configuration, source: CommitSource(gitHub: gitHub, identity: identity, rules: rules),
            target: target, store: store,
            gate: DeploymentGate(
                authentication: authentication, decisions: decisions, review: review, identity: identity, store: store,
                branch: branch, logger: logger),
            announcer: announcer, logger: logger)
        let expected = ExpectedApps(target: target, trees: trees) { try await commits.head()?.info }
        deployer.expected = expected
        self.deployer = deployer
        self.store = store
        self.announcer = announcer
        let rejected = RejectedDeliveries(feed: store.feed)

        self.branch = branch
        self.status = status
        self.metrics = metrics
        self.gitHub = gitHub
        deliveries = DeliveryRoutes(
            receiver: DeliveryReceiver(
                judge: judge, secrets: secrets, store: store, rejected: rejected, metrics: metrics, status: status,
                log: shared.log.limited),
            addresses: addresses)
        control = ControlService(
            store: store, status: status, rejected: rejected, recentLog: shared.log.recent, webhook: webhook,
            actions: BranchActions(
                store: store, status: status, gitHub: .init(commits: commits, head: head, identity: identity),
                decisions: decisions, policy: policy, logger: logger),
            trail: AuditTrail(store: store, logger: logger))
        plans = PlanService(
            commits: commits,
            planner: Planner(
                target: target, trees: trees, store: store, branch: branch, drift: configuration.deployment.drift))
        let appsStatus = AppsStatus(of: branch, isSupported: target.reportsApps, feed: store.feed)
        let watch = AppsWatch(
            expected: expected, store: store, status: appsStatus,
            announcer: DriftAnnouncer(
                branch: branch, policy: configuration.deployment.drift, store: store, notifier: notifier,
                metrics: metrics, logger: logger),
            settings: .init(
                branch: branch, drift: configuration.deployment.drift,
                reviewInterval: configuration.gitHub.reviewInterval),
            logger: logger)
        apps = AppsService(watch: watch, status: appsStatus)
        why = WhyService(store: store, status: status, apps: apps, commits: commits)
        let all: [(any Service)?] = [
            addresses, authentication, decisions, webhook, poll, statuses, notifier, watch,
            StorageWatch(store: store, status: status, logger: logger),
        ]
        services = all.compactMap(\.self)
    }

    /// Reads what the store remembers, before anything new is stored.
    /// - Throws: `Store.Failed`
    func recall() async throws {
        status.note(try await store.branchState(of: branch))
        try await announcer.recallPendingCommits()
    }

    /// The access token, whose rotation also changes the secret that is derived from it.
    private static func token(for branch: WatchedBranch, secrets: WebhookSecrets, in shared: Shared) -> AccessToken {
        let configuration = shared.configuration
        return AccessToken(configuration.gitHub.accessToken, file: configuration.gitHub.accessTokenFile) {
            [redactor = shared.log.redactor] in
            redactor.add($0)
            redactor.add(HookSecret.derived(from: $0, repository: branch.repository))
        } didChange: {
            guard configuration.gitHub.webhookSecret == nil else { return }
            secrets.rotate(to: HookSecret.derived(from: $0, repository: branch.repository))
        }
    }

    private static func target(
        mesosDNS: MesosDNS, status: BranchStatus, lastSuccess: LastSuccess, in shared: Shared
    ) -> any DeploymentTarget {
        let configuration = shared.configuration
        let marathon = MarathonAddress(
            fixed: configuration.marathon.url, mesosDNS: mesosDNS, logger: shared.logger)
        return ConfiguredTarget.make(
            configuration.target, http: shared.http, marathon: marathon, environment: shared.environment,
            stateDirectory: configuration.state.directory, lastSuccess: lastSuccess, redactor: shared.log.redactor,
            logger: shared.logger
        ) { report in
            switch report {
            case .found(let url): status.note(marathon: url)
            case .observed(let observation): status.note(target: observation)
            }
        }
    }
}
