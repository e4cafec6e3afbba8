import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("A database that breaks or goes away")
struct DatabaseFaultTests {
    @Test("corrupt at the start: it is put aside with a clear message, and nothing is deployed twice")
    func atStart() async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let pushes = PushStream(to: world.simulators.gitHub)
            let promises = Promises(
                world: world, pushes: pushes,
                variables: ["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1"])
            for damage in Damage.all {
                let before = try await world.observe(promises.variables) { observer in
                    try await observer.log.wait(for: "GitHub reaches us")
                    try await pushes.push()
                    try await promises.lastPushRuns()
                    observer.kill()
                }
                #expect(before.status == .signaled(9))
                try damage.happen(promises.state)
                // One that comes while nobody listens.
                try await pushes.push()
                let aside = try damage.putAside(in: promises.state)
                let after = try await world.observe(promises.variables) { observer in
                    try await observer.log.wait(for: damage.sentence)
                    try await promises.lastPushRuns()
                    observer.terminate()
                }
                #expect(after.status == .exited(0))
                #expect(try damage.putAside(in: promises.state) == aside + (damage.leavesSomething ? 1 : 0))
            }
            promises.nothingIsAppliedTwice()
        }
    }

    @Test(
        "damaged or taken away while it runs: pushes are deployed all the same, now and after a crash",
        arguments: Damage.all)
    func whileRunning(damage: Damage) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let pushes = PushStream(to: world.simulators.gitHub)
            // Nobody looks at the branch by himself: the push comes by its delivery, or is made up for.
            let promises = Promises(
                world: world, pushes: pushes,
                variables: [
                    "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "60",
                    "DPLOY_OBSERVER_REVIEW": "2",
                ])
            let exit = try await world.observe(promises.variables) { observer in
                try await observer.log.wait(for: "GitHub reaches us")
                for _ in 1...3 { try await pushes.push() }
                try await promises.lastPushRuns()
                try damage.happen(promises.state)
                for _ in 1...2 {
                    try await pushes.push()
                    try await promises.lastPushRuns()
                }
                if !damage.leavesSomething {
                    try await observer.log.wait(for: "is gone, and a new one is begun")
                    let stored = try await StoredRows(in: promises.state).deliveries
                    #expect(stored.contains { $0.guid == pushes.acknowledged.last?.guid })
                }
                try await pushes.push()
                observer.kill()
            }
            #expect(exit.status == .signaled(9))
            try await promises.settle()
            promises.nothingIsAppliedTwice()
        }
    }

    /// What may happen to the file of a database.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let sentence: String
        let happen: @Sendable (_ state: String) throws -> Void

        /// Whether there is something to put aside.
        var leavesSomething: Bool { sentence.contains("aside") }

        /// How many databases have been put aside.
        func putAside(in state: String) throws -> Int {
            guard FileManager.default.fileExists(atPath: state) else { return 0 }
            return try FileManager.default.contentsOfDirectory(atPath: state).count { $0.contains(".broken-") }
        }

        private static func changing(
            _ description: String, says sentence: String, _ change: @escaping @Sendable (FileHandle) throws -> Void
        ) -> Damage {
            Damage(testDescription: description, sentence: sentence) { state in
                // The journal is damaged with it: otherwise the database mends itself from there.
                for name in ["/observer.sqlite", "/observer.sqlite-wal"] {
                    guard FileManager.default.fileExists(atPath: state + name) else { continue }
                    let file = try FileHandle(forUpdating: URL(filePath: state + name))
                    try change(file)
                    try file.close()
                }
            }
        }

        static let all = [
            changing("overwritten", says: "is put aside as") { file in
                let size = try file.seekToEnd()
                try file.seek(toOffset: 0)
                try file.write(contentsOf: Data(repeating: 0xa5, count: Int(size)))
            },
            changing("its half overwritten", says: "is put aside as") { file in
                let size = try file.seekToEnd()
                try file.seek(toOffset: size / 2)
                try file.write(contentsOf: Data(repeating: 0xa5, count: Int(size - size / 2)))
            },
            changing("cut short", says: "is put aside as") { file in
                try file.truncate(atOffset: try file.seekToEnd() / 2)
            },
            Damage(testDescription: "deleted", sentence: "GitHub reaches us") { state in
                for suffix in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: state + "/observer.sqlite" + suffix)
                }
            },
            Damage(testDescription: "its directory deleted", sentence: "GitHub reaches us") { state in
                try FileManager.default.removeItem(atPath: state)
            },
        ]
    }
}
