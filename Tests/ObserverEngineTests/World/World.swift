import Foundation
import Logging
import ObserverEngine
import Simulators
import Testing

/// An observer that works with simulated servers.
struct World: Sendable {
    let gitHub: GitHubSimulator
    let marathon: MarathonSimulator
    let mesosDNS: MesosDNSSimulator
    let engine: Engine
    let configuration: Configuration
    /// The lines on standard output.
    let transcript: Lines
    /// The lines of the log.
    let log: Lines
    /// Set when the engine has stopped.
    let ended: Latch<Void>

    /// `http://127.0.0.1:PORT`
    func url() async throws -> String {
        "http://127.0.0.1:\(try await engine.listening.get())"
    }

    /// Waits until the newest deployment of a commit is in a stage.
    @discardableResult
    func deployment(
        of commit: String, in stage: Deployment.Stage, timeout: Duration = .testTimeout
    ) async throws -> Deployment {
        try await newest(of: commit, within: timeout) { $0.stage == stage }
    }

    /// Waits until the newest deployment of a commit meets the condition.
    @discardableResult
    func deployment(
        of commit: String, where isMet: @escaping @Sendable (Deployment) -> Bool
    ) async throws -> Deployment {
        try await newest(of: commit, within: .testTimeout, where: isMet)
    }

    /// Waits until the newest deployment of a commit is finished.
    func end(of commit: String, timeout: Duration = .testTimeout) async throws -> Deployment {
        try await newest(of: commit, within: timeout) { $0.stage.isFinal }
    }

    /// Waits until a deployment of a commit with a higher id is in a stage.
    func deployment(of commit: String, in stage: Deployment.Stage, after id: Int64) async throws -> Deployment {
        try await found(within: .testTimeout) {
            try await deployments().first { $0.commit.description == commit && $0.id > id && $0.stage == stage }
        }
    }

    /// Waits until the state of the engine meets the condition.
    @discardableResult
    func engine(where isMet: @escaping @Sendable (EngineState) -> Bool) async throws -> EngineState {
        let signals = engine.store.feed.signals { if case .engine = $0 { true } else { false } }
        return try await withTimeout(.testTimeout) {
            if isMet(engine.status.engine) { return engine.status.engine }
            for await _ in signals {
                let state = engine.status.engine
                if isMet(state) { return state }
            }
            throw CancellationError()
        }
    }

    /// Waits until the state of the webhook meets the condition.
    func hook(where isMet: @escaping @Sendable (HookState) -> Bool) async throws {
        let signals = engine.store.feed.signals { if case .hook = $0 { true } else { false } }
        try await withTimeout(.testTimeout) {
            if isMet(engine.status.hook) { return }
            for await _ in signals where isMet(engine.status.hook) { return }
            throw CancellationError()
        }
    }

    func deployments() async throws -> [Deployment] {
        try await engine.store.deployments(of: configuration.branch, limit: 100)
    }

    private func newest(
        of commit: String, within limit: Duration, where isMet: @escaping @Sendable (Deployment) -> Bool
    ) async throws -> Deployment {
        try await found(within: limit) {
            // A retry counts only once it is due.
            let newest = try await deployments().first { $0.commit.description == commit && $0.notBefore == nil }
            return newest.flatMap { isMet($0) ? $0 : nil }
        }
    }

    /// Waits until a deployment is found. Shows what there was instead if the time is over.
    private func found(
        within limit: Duration, _ find: @escaping @Sendable () async throws -> Deployment?
    ) async throws -> Deployment {
        let signals = engine.store.feed.signals { if case .deployment = $0 { true } else { false } }
        do {
            return try await withTimeout(limit) {
                if let found = try await find() { return found }
                for await _ in signals { if let found = try await find() { return found } }
                throw CancellationError()
            }
        } catch let timeout as TimedOut {
            let rows = try await deployments().map { "\($0.id) \($0.commit.short) \($0.stage): \($0.outcome ?? "")" }
            Issue.record("\((rows + log.all.suffix(20)).joined(separator: "\n"))")
            throw timeout
        }
    }
}

/// Options of a test for the observer.
struct ObserverSetup: Sendable {
    var simulators = SimulatorOptions()
    var flags: [Setting: String] = [:]
    var environment: [String: String] = [:]
    var token = GitHubSimulator.Token.standard.value
    /// Set to start a second observer with the state of the first one.
    var stateDirectory: String?
    var waitsForHook = true
    /// The delay before the first retry of a deployment. By default no test sees one.
    var retryDelay = Duration.seconds(600)
    /// How long a deployment may make no progress while a newer one waits for its end. By default no test exceeds it.
    var stallTimeout = Duration.seconds(600)
    /// The least time between two announcements that an app drifts; nil for the usual time.
    var driftPause: Duration?
    /// Set by a test that reads them after the observer has failed.
    var transcript: Lines?
    var log: Lines?

    init() {}
}

/// Starts simulators and an observer, runs the body, and stops everything.
func withObserver<Value: Sendable>(
    _ setup: ObserverSetup = ObserverSetup(), _ body: @escaping @Sendable (World) async throws -> Value
) async throws -> Value {
    try await withSimulators(setup.simulators) { simulators in
        try await withObserver(setup, in: simulators, body)
    }
}

func withObserver<Value: Sendable>(
    _ setup: ObserverSetup = ObserverSetup(), in simulators: Simulators,
    _ body: @escaping @Sendable (World) async throws -> Value
) async throws -> Value {
    let directory = try setup.stateDirectory ?? temporaryDirectory()
    defer { if setup.stateDirectory == nil { try? FileManager.default.removeItem(atPath: directory) } }
    var flags: [Setting: String] = [
        .owner: simulators.gitHub.options.owner, .repo: simulators.gitHub.options.repository, .pat: setup.token,
        .publicNode: "127.0.0.1", .listen: "127.0.0.1:0", .metricsListen: "127.0.0.1:0",
        .gitHubAPI: simulators.gitHub.url,
        .mesosDNS: simulators.mesosDNS.url, .marathon: simulators.marathon.url, .registrationDelay: "0", .poll: "0",
        .review: "0", .state: directory,
    ]
    flags.merge(setup.flags) { $1 }
    var reader = ConfigurationReader(
        sources: SettingSources(flags: flags, environment: setup.environment, directory: directory))
    var configuration = try reader.read()
    configuration.deployment.retryDelay = setup.retryDelay
    configuration.deployment.stallTimeout = setup.stallTimeout
    if let pause = setup.driftPause { configuration.deployment.drift.announcementPause = pause }
    let settled = configuration
    let transcript = setup.transcript ?? Lines()
    let log = setup.log ?? Lines()
    let ended = Latch<Void>()
    let redactor = Redactor(secrets: settled.secrets)
    let engine = try Engine(
        configuration: settled, environment: setup.environment,
        transcript: Transcript { transcript.append($0) },
        log: EngineLog(level: .debug, format: .text, redactor: redactor) { log.append($0) },
        stopsOnSignals: false)
    // Without Marathon around this observer, the listening port is the public one.
    simulators.mesosDNS.remove(service: "_dploy-observer._tcp.marathon.mesos.")
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask {
            try await engine.run()
            ended.set(())
            return nil
        }
        group.addTask {
            if setup.waitsForHook { try await simulators.gitHub.waitForDelivery(of: "ping") }
            return try await body(
                World(
                    gitHub: simulators.gitHub, marathon: simulators.marathon, mesosDNS: simulators.mesosDNS,
                    engine: engine, configuration: settled, transcript: transcript, log: log,
                    ended: ended))
        }
        defer { group.cancelAll() }
        while let value = try await group.next() {
            if let value { return value }
        }
        throw CancellationError()
    }
}

/// Creates a temporary directory for one test.
func temporaryDirectory() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/observer-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}
