import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("A damaged or missing database")
struct DatabaseFaultTests {
    @Test("damage found at startup is reported, and nothing is deployed twice")
    func atStart() async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let pushes = PushStream(to: world.simulators.gitHub)
            let invariants = Invariants(
                world: world, pushes: pushes,
                variables: ["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1"])
            for damage in Damage.all {
                let before = try await world.observe(invariants.variables) { observer in
                    try await observer.log.wait(for: "Ping received: GitHub can reach")
                    try await pushes.push()
                    try await invariants.waitForLastPush()
                    observer.kill()
                }
                #expect(before.status == .signaled(9))
                try damage.inflict(invariants.state)
                // A push while the observer is down.
                try await pushes.push()
                let movedAside = try damage.countMovedAside(in: invariants.state)
                let after = try await world.observe(invariants.variables) { observer in
                    try await observer.log.wait(for: damage.message)
                    try await invariants.waitForLastPush()
                    observer.terminate()
                }
                #expect(after.status == .exited(0))
                #expect(try damage.countMovedAside(in: invariants.state) == movedAside + (damage.leavesFile ? 1 : 0))
            }
            try await invariants.expectNothingAppliedTwice()
        }
    }

    @Test(
        "damage while running does not stop deployments, now or after a crash",
        arguments: Damage.all)
    func whileRunning(damage: Damage) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let pushes = PushStream(to: world.simulators.gitHub)
            // Without polling, a push arrives by its delivery or is recovered by a review.
            let invariants = Invariants(
                world: world, pushes: pushes,
                variables: [
                    "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "60",
                    "DPLOY_OBSERVER_REVIEW": "2",
                ])
            let exit = try await world.observe(invariants.variables) { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                for _ in 1...3 { try await pushes.push() }
                try await invariants.waitForLastPush()
                try damage.inflict(invariants.state)
                for _ in 1...2 {
                    try await pushes.push()
                    try await invariants.waitForLastPush()
                }
                if !damage.leavesFile {
                    try await observer.log.wait(for: "was deleted; created a new one")
                    let stored = try await StoredRows(in: invariants.state).deliveries
                    #expect(stored.contains { $0.guid == pushes.acknowledged.last?.guid })
                }
                try await pushes.push()
                observer.kill()
            }
            #expect(exit.status == .signaled(9))
            try await invariants.converge()
            try await invariants.expectNothingAppliedTwice()
        }
    }

    /// Damage to the database file.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether a damaged file is left, which the next start moves aside.
        let leavesFile: Bool
        let inflict: @Sendable (_ state: String) throws -> Void

        /// A log line of the next start.
        var message: String { leavesFile ? "was corrupt; moved to" : "Ping received: GitHub can reach" }

        /// The number of databases that were moved aside.
        func countMovedAside(in state: String) throws -> Int {
            guard FileManager.default.fileExists(atPath: state) else { return 0 }
            return try FileManager.default.contentsOfDirectory(atPath: state).count { $0.contains(".broken-") }
        }

        private static func editing(
            _ description: String, _ edit: @escaping @Sendable (FileHandle) throws -> Void
        ) -> Damage {
            Damage(testDescription: description, leavesFile: true) { state in
                // Damage the journal too; otherwise SQLite recovers from it.
                for name in ["/observer.sqlite", "/observer.sqlite-wal"] {
                    guard FileManager.default.fileExists(atPath: state + name) else { continue }
                    let file = try FileHandle(forUpdating: URL(filePath: state + name))
                    try edit(file)
                    try file.close()
                }
            }
        }

        static let all = [
            editing("overwritten") { file in
                let size = try file.seekToEnd()
                try file.seek(toOffset: 0)
                try file.write(contentsOf: Data(repeating: 0xa5, count: Int(size)))
            },
            editing("second half overwritten") { file in
                let size = try file.seekToEnd()
                try file.seek(toOffset: size / 2)
                try file.write(contentsOf: Data(repeating: 0xa5, count: Int(size - size / 2)))
            },
            editing("truncated") { file in
                try file.truncate(atOffset: try file.seekToEnd() / 2)
            },
            Damage(testDescription: "deleted", leavesFile: false) { state in
                for suffix in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: state + "/observer.sqlite" + suffix)
                }
            },
            Damage(testDescription: "directory deleted", leavesFile: false) { state in
                try FileManager.default.removeItem(atPath: state)
            },
        ]
    }
}
