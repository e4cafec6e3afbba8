import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("A disk that is full or read-only")
struct FullDiskTests {
    @Test(
        "full: nothing is acknowledged that is not stored, /healthz tells it, and with room again all is made up for",
        .enabled("needs to be root, to mount a disk") { await SmallDisk.isPermitted() })
    func full() async throws {
        try await withProcessDisk { disk, scene in
            try disk.fill()
            try await refuses(scene)
            try disk.makeRoom()
        }
    }

    @Test("full again and again, with pushes meanwhile", .enabled("needs to be root") { await SmallDisk.isPermitted() })
    func fullAgain() async throws {
        try await withProcessDisk { disk, scene in
            var random = SeededRandom(seed: FaultRounds.seed &+ 20)
            for _ in 1...FaultRounds.count {
                let moments = (0..<3).map { _ in random.moment(within: .milliseconds(300)) }
                async let fills: Void = {
                    try await Task.sleep(for: moments[0])
                    try disk.fill()
                    try await Task.sleep(for: moments[1])
                    try disk.makeRoom()
                }()
                try await scene.pushes.push()
                try await Task.sleep(for: moments[2])
                try await scene.pushes.push()
                try await fills
            }
        }
    }

    @Test("files that may not grow any more: the same")
    func limited() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "GitHub reaches us")
            try await scene.pushes.push()
            try await scene.promises.lastPushRuns()
            try await Shell.run("prlimit", "--pid", "\(scene.observer.pid)", "--fsize=0:")
            try await refuses(scene)
            try await Shell.run("prlimit", "--pid", "\(scene.observer.pid)", "--fsize=unlimited:")
        }
    }

    @Test(
        "files that may not grow from the start: it ends with 73 and says what to do, and not by the signal for it",
        .enabled(if: Slowness.factor == 1, "a sanitizer writes to files before the program begins"))
    func limitedFromTheStart() async throws {
        // Whoever runs the tests may ignore it, and the program would inherit that.
        signal(SIGXFSZ, SIG_DFL)
        try await withProcessWorld { world in
            let exit = try await world.observe(after: "ulimit -f 0") { _ in }
            #expect(exit.status == .exited(73))
            #expect(exit.log.contains { $0.contains("Make room, or choose another -state.") })
        }
    }

    @Test(
        "read-only at the start: it ends with 73 and says what to do",
        .enabled("needs to be root, to mount a disk") { await SmallDisk.isPermitted() })
    func readOnly() async throws {
        try await withProcessWorld { world in
            try await SmallDisk.with(at: world.directory + "/state", options: ",ro") { _ in
                let exit = try await world.observe { _ in }
                #expect(exit.status == .exited(73))
                #expect(exit.log.contains { $0.contains("read-only file system. Make it writable, or choose another") })
            }
        }
    }

    private func withProcessDisk(
        _ body: @escaping @Sendable (SmallDisk, FaultScene) async throws -> Void
    ) async throws {
        // The disk has to outlast the look at its rows.
        try await withTemporaryDirectory { directory in
            try await SmallDisk.with(at: directory + "/disk") { disk in
                _ = try await withFaults(state: disk.path) { scene in
                    try await scene.observer.log.wait(for: "GitHub reaches us")
                    try await scene.pushes.push()
                    try await scene.promises.lastPushRuns()
                    try await body(disk, scene)
                }
            }
        }
    }

    /// Pushes until one is refused, which has to be soon.
    private func refuses(_ scene: FaultScene) async throws {
        var answers: [Int?] = []
        while answers.last != 503, answers.count < 10 {
            answers.append(try await scene.pushes.push().answer?.status)
        }
        #expect(answers.last == 503, "\(answers)")
        let health = try await scene.get("/healthz")
        #expect(health.status == 503)
        #expect(health.body.contains("the store does not work"))
    }
}
