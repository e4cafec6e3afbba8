import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("A full or read-only disk")
struct FullDiskTests {
    @Test(
        "on a full disk, pushes are refused and /healthz fails, until there is space again",
        .enabled("mounting a disk requires root") { await SmallDisk.isPermitted() })
    func full() async throws {
        try await withSmallDisk { disk, scene in
            try disk.fill()
            try await expectRefusal(in: scene)
            try disk.free()
        }
    }

    @Test(
        "pushes survive a disk that fills up repeatedly",
        .enabled("mounting a disk requires root") { await SmallDisk.isPermitted() })
    func fullAgain() async throws {
        try await withSmallDisk { disk, scene in
            var random = SeededRandom(seed: FaultRounds.seed &+ 20)
            for _ in 1...FaultRounds.count {
                let moments = (0..<3).map { _ in random.moment(within: .milliseconds(300)) }
                async let filling: Void = {
                    try await Task.sleep(for: moments[0])
                    try disk.fill()
                    try await Task.sleep(for: moments[1])
                    try disk.free()
                }()
                try await scene.pushes.push()
                try await Task.sleep(for: moments[2])
                try await scene.pushes.push()
                try await filling
            }
        }
    }

    @Test("with a file size limit, pushes are refused and /healthz fails, until it is lifted")
    func limited() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            try await scene.pushes.push()
            try await scene.invariants.waitForLastPush()
            try await SystemCommand.run("prlimit", "--pid", "\(scene.observer.pid)", "--fsize=0:")
            try await expectRefusal(in: scene)
            try await SystemCommand.run("prlimit", "--pid", "\(scene.observer.pid)", "--fsize=unlimited:")
        }
    }

    @Test(
        "with a file size limit at startup, it exits with 73 and advice instead of dying from SIGXFSZ",
        .enabled(if: Slowness.factor == 1, "a sanitizer writes files before the program starts"))
    func limitedFromTheStart() async throws {
        // The program would inherit an ignored signal.
        signal(SIGXFSZ, SIG_DFL)
        try await withProcessWorld { world in
            let exit = try await world.observe(after: "ulimit -f 0") { _ in }
            #expect(exit.status == .exited(73))
            #expect(exit.log.contains { $0.contains("Free disk space, or choose another directory with -state.") })
        }
    }

    @Test(
        "on a read-only disk, it exits with 73 and advice",
        .enabled("mounting a disk requires root") { await SmallDisk.isPermitted() })
    func readOnly() async throws {
        try await withProcessWorld { world in
            try await SmallDisk.with(at: world.directory + "/state", options: ",ro") { _ in
                let exit = try await world.observe { _ in }
                #expect(exit.status == .exited(73))
                #expect(exit.log.contains { $0.contains("read-only file system. Make it writable, or choose another") })
            }
        }
    }

    private func withSmallDisk(
        _ body: @escaping @Sendable (SmallDisk, FaultScene) async throws -> Void
    ) async throws {
        // The disk must stay mounted until the rows are checked.
        try await withTemporaryDirectory { directory in
            try await SmallDisk.with(at: directory + "/disk") { disk in
                _ = try await withFaults(state: disk.path) { scene in
                    try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
                    try await scene.pushes.push()
                    try await scene.invariants.waitForLastPush()
                    try await body(disk, scene)
                }
            }
        }
    }

    /// Pushes until one is refused, which must happen soon.
    private func expectRefusal(in scene: FaultScene) async throws {
        var statuses: [Int?] = []
        while statuses.last != 503, statuses.count < 10 {
            statuses.append(try await scene.pushes.push().answer?.status)
        }
        #expect(statuses.last == 503, "\(statuses)")
        let health = try await scene.get("/healthz")
        #expect(health.status == 503)
        #expect(health.body.contains("the store is not working"))
    }
}
