import Foundation

/// Stores the decisions of operators in the labels of an empty volume, which outlives the state directory.
///
/// Labels of a volume can't be changed: each change creates another volume and then removes the old ones. If it is
/// interrupted in between, the newer one of each decision wins.
struct ComposeDecisions: DecisionStore {
    private static let timeout = Duration.seconds(15)

    let engine: @Sendable () async throws -> ContainerEngine

    func recall(_ branch: WatchedBranch) async throws -> Decisions? {
        let volumes = try await volumes(of: branch, try await engine(), until: .now + Self.timeout)
        return DecisionLabels.newestDecisions(in: volumes.map(\.labels))
    }

    func save(_ decisions: Decisions, of branch: WatchedBranch) async throws {
        let engine = try await engine()
        let deadline = ContinuousClock.now + Self.timeout
        let old = try await volumes(of: branch, engine, until: deadline)
        let digest = branch.key.sha256.prefix(8)
        let name = "dploy-observer-decisions-\(digest)-\(Int(Date().timeIntervalSince1970 * 1000))"
        try await engine.createVolume(
            name, labels: DecisionLabels.labels(for: decisions, of: branch), until: deadline)
        try await engine.removeVolumes(old.map(\.name), until: deadline)
    }

    private func volumes(
        of branch: WatchedBranch, _ engine: ContainerEngine, until deadline: ContinuousClock.Instant
    ) async throws -> [ContainerEngine.Volume] {
        try await engine.volumes(withLabel: DecisionLabels.branch, until: deadline)
            .filter { DecisionLabels.isOf(branch, $0.labels) }
    }
}
