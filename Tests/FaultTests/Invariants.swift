import Foundation
import Processes
import Simulators
import Subprocess
import Testing

/// What holds whatever happened, checked when the dust has settled.
struct Promises: Sendable {
    let world: ProcessWorld
    let pushes: PushStream
    let variables: [String: String]

    /// The state directory.
    var state: String { variables["DPLOY_OBSERVER_STATE"] ?? world.directory + "/state" }

    /// Starts the observer once more with nothing in its way, and waits until Marathon runs the last push.
    func settle() async throws {
        let exit = try await world.observe(variables) { observer in
            try await observer.log.wait(for: "GitHub reaches us")
            try await lastPushRuns()
            observer.terminate()
        }
        #expect(exit.status == .exited(0))
    }

    /// Waits until Marathon runs the last push, and GitHub knows it.
    func lastPushRuns() async throws {
        let count = pushes.all.count
        try await world.simulators.marathon.wait(for: "the last push to run", timeout: .patience) { marathon in
            let app = marathon.apps["/hello"]
            return app.flatMap { $0.definition["mem"] == .integer(31 + count) && $0.isReady ? true : nil }
        }
        try await world.simulators.gitHub.waitForStatus("success", of: pushes.all.last?.after ?? "")
    }

    /// Each push that was acknowledged is on disk, however the observer has ended. What SQLite mends on reading is mended in
    /// a copy.
    func everythingIsStored() async throws {
        let copy = world.directory + "/copy"
        try? FileManager.default.removeItem(atPath: copy)
        guard !pushes.acknowledged.isEmpty else { return }
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in ["observer.sqlite", "observer.sqlite-wal"] {
            // The journal may be there or not.
            try? FileManager.default.copyItem(atPath: state + "/" + name, toPath: copy + "/" + name)
        }
        let stored = Set(try await StoredRows(in: copy).deliveries.map(\.guid))
        let lost = pushes.acknowledged.filter { !stored.contains($0.guid) }.map(\.message)
        #expect(lost.isEmpty, "acknowledged, but not on disk: \(lost)")
    }

    /// Each push that was acknowledged is on disk, and its deployment has ended.
    /// - Parameter newest: How many of the newest are looked for, where what is too old is forgotten.
    func nothingIsLost(newest: Int = .max) async throws {
        let stored = try await StoredRows(in: state).deliveries
        let ends: Set<String> = ["succeeded", "superseded", "failed"]
        for push in pushes.acknowledged.suffix(newest) {
            let rows = stored.filter { $0.guid == push.guid }
            let row = rows.first
            #expect(rows.count == 1, "the delivery \(push.guid) of \(push.message) is on disk \(rows.count) times")
            #expect(
                ends.contains(row?.stage ?? "none"),
                "\(push.message) ended as \(row?.stage ?? "nothing"): \(row?.outcome ?? "")")
        }
    }

    /// No commit was applied more than once.
    func nothingIsAppliedTwice() {
        let applied = world.simulators.marathon.requests(.put, "/v2/apps").filter { $0.status == 200 }
        let commits = applied.compactMap { $0.json[0]?["labels"]?["DPLOY_COMMIT"]?.string }
        let repeated = Dictionary(grouping: commits) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(repeated.isEmpty, "applied more than once: \(repeated.sorted())")
    }
}
