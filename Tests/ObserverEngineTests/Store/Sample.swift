import Foundation
import ObserverEngine
import Simulators

/// Sample rows for tests of the store.
enum Sample {
    static let repository = RepositoryName(owner: "mhausenblas", name: "s4d")
    static let branch = WatchedBranch(repository: repository, name: "dcos")
    /// The same branch on GitHub, as other settings may name it.
    static let shouted = WatchedBranch(
        repository: RepositoryName(owner: "MHausenblas", name: "S4D"), name: "dcos")
    static let staging = WatchedBranch(repository: repository, name: "staging")
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let alice = Operator(name: "alice", role: .operate, origin: "192.0.2.1")

    /// A commit ID that starts with the number.
    static func commit(_ number: Int) throws -> CommitID {
        let digits = String(number)
        return try CommitID(digits + String(repeating: "a", count: 40 - digits.count)).orThrow()
    }

    static func request(
        _ number: Int, branch: WatchedBranch = branch, trigger: Deployment.Trigger = .delivery
    ) throws -> DeploymentRequest {
        DeploymentRequest(branch: branch, commit: CommitInfo(try commit(number)), trigger: trigger)
    }

    /// - Parameter padding: Bytes of the body that can't be compressed.
    static func delivery(
        _ guid: String, hookID: Int = 1, verdict: DeliveryVerdict = .ping, padding: Int = 0
    ) -> Delivery {
        Delivery(
            key: .init(hookID: hookID, guid: guid), event: "ping", receivedAt: now, repository: repository, push: nil,
            verdict: verdict, payload: .init(body: Data("{}".utf8) + noise(padding)))
    }

    private static func noise(_ count: Int) -> Data {
        var state: UInt64 = 1
        return Data(
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            })
    }

    /// A push from one commit to another, as GitHub delivers it.
    static func push(_ guid: String, of number: Int, from previous: Int, hookID: Int = 1) throws -> Delivery {
        let commit = try commit(number)
        let payload = Payload.push(before: try Self.commit(previous).description, after: commit.description)
        return Delivery(
            key: .init(hookID: hookID, guid: guid), event: "push", receivedAt: now, repository: repository,
            push: try PushEvent(json: Data(payload.text.utf8)), verdict: .accepted(commit: commit),
            payload: .init(body: Data("{}".utf8)))
    }
}

extension Store {
    /// All deployments of a branch, oldest first.
    func all(branch: WatchedBranch = Sample.branch) async throws -> [Deployment] {
        try await deployments(of: branch, limit: 100).reversed()
    }

    /// Compares the deployments with a head that GitHub reported just now.
    /// - Returns: The deployment that was queued.
    func reconcile(_ number: Int) async throws -> Deployment? {
        let outcome = try await enqueueMissed(
            try Sample.request(number, trigger: .poll), askedAfter: try await newestID(of: Sample.branch))
        if case .queued(let deployment) = outcome { return deployment }
        return nil
    }

    /// Queues a deployment and advances it to a stage.
    func run(
        _ number: Int, to stage: Deployment.Stage, trigger: Deployment.Trigger = .delivery,
        outcome: String = "set by the test", externalIDs: [String] = []
    ) async throws -> Deployment {
        var deployment = try await enqueue(try Sample.request(number, trigger: trigger))
        deployment.externalIDs = externalIDs
        if stage != .superseded { deployment.advance(to: .fetching, at: Sample.now) }
        if stage.isFinal {
            deployment.finish(as: stage, outcome: outcome, at: Sample.now)
        } else if stage != .fetching {
            deployment.advance(to: stage, at: Sample.now)
        }
        try await save(deployment)
        return deployment
    }
}

extension Optional {
    struct Absent: Error {}

    func orThrow() throws -> Wrapped {
        guard let self else { throw Absent() }
        return self
    }
}
