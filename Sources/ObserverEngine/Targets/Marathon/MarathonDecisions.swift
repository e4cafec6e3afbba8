import Foundation

/// Stores the decisions of operators in the labels of an app that never has a task.
///
/// Each branch has an app of its own, so that several observers share a Marathon. Without the label `DPLOY` it is not a
/// managed app, and pruning never removes it.
struct MarathonDecisions: DecisionStore {
    private static let timeout = Duration.seconds(20)

    /// The group for a new app.
    let group: String
    let client: @Sendable (_ deadline: ContinuousClock.Instant) async throws -> MarathonClient

    func recall(_ branch: WatchedBranch) async throws -> Decisions? {
        let apps = try await apps(of: branch, try await client(.now + Self.timeout))
        return DecisionLabels.newestDecisions(in: apps.map(\.labels))
    }

    func save(_ decisions: Decisions, of branch: WatchedBranch) async throws {
        let client = try await client(.now + Self.timeout)
        let id = try await apps(of: branch, client).first?.id ?? Self.id(of: branch, in: group)
        let labels = DecisionLabels.labels(for: decisions, of: branch).mapValues(JSONValue.string)
        let app: [String: JSONValue] = [
            "id": .string(id), "instances": .integer(0), "cpus": .number(0.01), "mem": .integer(16),
            "cmd": .string("echo 'Never started: the labels are the memory of dploy observer.'"),
            "portDefinitions": .array([]), "labels": .object(labels),
        ]
        try await client.put(.object(app), at: id)
    }

    private func apps(of branch: WatchedBranch, _ client: MarathonClient) async throws -> [MarathonApp] {
        try await client.apps(withLabel: DecisionLabels.branch)
            .filter { DecisionLabels.isOf(branch, $0.labels) }
            .sorted { $0.id < $1.id }
    }

    /// `/dploy-observer-decisions-octo-site-dcos-1a2b3c4d`
    static func id(of branch: WatchedBranch, in group: String) -> String {
        let name = branch.key
        let digest = name.sha256.prefix(8)
        let parts = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let readable = parts.joined(separator: "-").prefix(80)
        return MarathonPath.absolute("dploy-observer-decisions-\(readable)-\(digest)", in: group)
    }
}
