import Foundation
import Processes
import Simulators
import Subprocess
import Testing

/// The guarantees that hold after any failure.
struct Invariants: Sendable {
    let world: ProcessWorld
    let pushes: PushStream
    let variables: [String: String]

    /// The state directory.
    var state: String { variables["DPLOY_OBSERVER_STATE"] ?? world.directory + "/state" }

    /// Runs the observer once more without faults, and waits until Marathon runs the last push.
    func converge() async throws {
        let exit = try await world.observe(variables) { observer in
            try await observer.log.wait(for: "Ping received: GitHub can reach")
            try await waitForLastPush()
            observer.terminate()
        }
        #expect(exit.status == .exited(0))
    }

    /// Waits until Marathon runs the last push and GitHub shows it as successful.
    func waitForLastPush() async throws {
        let count = pushes.all.count
        do {
            try await world.simulators.marathon.wait(for: "the last push to run", timeout: .testTimeout) { marathon in
                let app = marathon.apps["/hello"]
                return app.flatMap { $0.definition["mem"] == .integer(31 + count) && $0.isReady ? true : nil }
            }
        } catch {
            let history = try? await history(of: pushes.all.last?.after ?? "")
            Issue.record("The last push does not run:\n\(history ?? "no log")")
            throw error
        }
        try await world.simulators.gitHub.waitForStatus("success", of: pushes.all.last?.after ?? "")
    }

    /// Checks that every acknowledged push is on disk, however the observer exited. Reads a copy, because SQLite recovers the
    /// journal when it opens a database.
    func expectEverythingStored() async throws {
        let copy = world.directory + "/copy"
        try? FileManager.default.removeItem(atPath: copy)
        guard !pushes.acknowledged.isEmpty else { return }
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in ["observer.sqlite", "observer.sqlite-wal"] {
            // The journal may be missing.
            try? FileManager.default.copyItem(atPath: state + "/" + name, toPath: copy + "/" + name)
        }
        let stored = Set(try await StoredRows(in: copy).deliveries.map(\.guid))
        let lost = pushes.acknowledged.filter { !stored.contains($0.guid) }.map(\.message)
        #expect(lost.isEmpty, "acknowledged, but not on disk: \(lost)")
    }

    /// Checks that every acknowledged push is on disk and its deployment has finished.
    /// - Parameter newest: The number of pushes to check, newest first, if old ones are pruned.
    func expectNothingLost(newest: Int = .max) async throws {
        let stored = try await StoredRows(in: state).deliveries
        let finished: Set<String> = ["succeeded", "superseded", "failed", "cancelled", "interrupted"]
        for push in pushes.acknowledged.suffix(newest) {
            let rows = stored.filter { $0.guid == push.guid }
            let row = rows.first
            #expect(rows.count == 1, "delivery \(push.guid) of \(push.message) is on disk \(rows.count) times")
            #expect(
                finished.contains(row?.stage ?? "none"),
                "\(push.message) ended as \(row?.stage ?? "nothing"): \(row?.outcome ?? "")")
        }
    }

    /// Checks that no commit was applied more than once, unless the observer returned to it after a later one failed. If one
    /// was, what happened to it is part of the failure.
    func expectNothingAppliedTwice() async throws {
        let marathon = world.simulators.marathon
        let applied = marathon.requests(.put, "/v2/apps").filter { $0.status == 200 }
        let byCommit = Dictionary(grouping: applied) { $0.json[0]?["labels"]?["DPLOY_COMMIT"]?.string }
        for (commit, requests) in byCommit where requests.count > 1 {
            guard let commit, let first = requests.first, let last = requests.last else { continue }
            let returns = try await query(
                """
                SELECT COUNT(*) FROM deployment
                WHERE commit_id = '\(commit)' AND trigger = 'rollback' AND started_at IS NOT NULL
                """)
            guard requests.count > 1 + (Int(returns.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) else {
                continue
            }
            let between = marathon.requests().filter { $0.id >= first.id && $0.id <= last.id }.map { request in
                "\(request.receivedAt.timeIntervalSince1970) \(request)"
            }
            let history = try await history(of: commit)
            Issue.record(
                "\(commit) was applied \(requests.count) times:\n\(between.joined(separator: "\n"))\n\(history)")
        }
    }

    /// The deployments of a commit with their logs.
    private func history(of commit: String) async throws -> String {
        try await query(
            """
            SELECT deployment.id, trigger, attempt, stage, outcome, at, verb, text FROM deployment
            LEFT JOIN log_line ON log_line.deployment = deployment.id WHERE commit_id = '\(commit)'
            ORDER BY deployment.id, sequence
            """)
    }

    private func query(_ sql: String) async throws -> String {
        try await SystemCommand.run("sqlite3", "-readonly", state + "/observer.sqlite", sql)
    }
}

/// The deliveries in the database, read with the `sqlite3` program.
struct StoredRows {
    struct Row: Decodable {
        let guid: String
        /// The stage of the deployment that the delivery created.
        let stage: String?
        let outcome: String?
    }

    let deliveries: [Row]

    /// - Parameter directory: The state directory.
    init(in directory: String) async throws {
        let query = """
            SELECT delivery.guid, deployment.stage, deployment.outcome FROM delivery
            LEFT JOIN deployment ON deployment.id = delivery.deployment WHERE delivery.event = 'push'
            """
        let json = Data(try await SystemCommand.run("sqlite3", "-json", directory + "/observer.sqlite", query).utf8)
        deliveries = json.isEmpty ? [] : try JSONDecoder().decode([Row].self, from: json)
    }
}
