import Foundation
import NIOCore
import NIOPosix
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Crowds of strangers on the public port", .serialized)
struct CrowdTests {
    /// A few hundred in every test run, thousands with `make test-faults`.
    private static let size = max(600, 25 * FaultRounds.count)

    @Test(
        "GitHub's deliveries are acknowledged in time, and memory stays bounded, whatever they do",
        arguments: Stranger.Manner.allCases)
    func besieged(manner: Stranger.Manner) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let pushes = PushStream(to: world.simulators.gitHub)
            let exit = try await world.observe(["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)"]) { observer in
                try await observer.log.wait(for: "GitHub reaches us")
                let before = try residentMegabytes(of: observer.pid)
                var slowest = Duration.zero
                try await besiege(port, by: Self.size, manner) {
                    for _ in 0..<5 {
                        slowest = max(slowest, try await ContinuousClock().measure { try await pushes.push() })
                        // What strangers do does not end with the first answer.
                        try await Task.sleep(for: .milliseconds(300))
                    }
                }
                let after = try residentMegabytes(of: observer.pid)
                print(
                    "\(Self.size) connections, each \(manner.rawValue): a push acknowledged after",
                    "\(slowest.formatted(.units(allowed: [.milliseconds]))) at the latest, \(before) MB before,",
                    "\(after) MB after")
                #expect(pushes.acknowledged.count == 5)
                #expect(slowest < .seconds(3 * Slowness.factor))
                // A sanitizer keeps memory of its own beside the program's.
                if Slowness.factor == 1 { #expect(after - before < manner.limitOfMegabytes) }
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }

    /// Opens the connections, runs the body, closes what is left of them.
    private func besiege(
        _ port: Int, by size: Int, _ manner: Stranger.Manner, while body: () async throws -> Void
    ) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: manner.reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Stranger(manner))
                }
            }
        var crowd: [any Channel] = []
        for _ in 0..<size {
            // One that is not let in any more is not there: that is for the observer to decide.
            if let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() { crowd.append(channel) }
        }
        try await body()
        for channel in crowd { channel.close(promise: nil) }
    }

    private func residentMegabytes(of pid: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) / 1024
    }
}
