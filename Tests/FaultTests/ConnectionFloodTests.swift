import Foundation
import NIOCore
import NIOPosix
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Floods of misbehaving connections", .serialized)
struct ConnectionFloodTests {
    /// Several hundred in a normal test run, thousands with `make test-faults`.
    private static let size = max(600, 25 * FaultRounds.count)

    @Test(
        "deliveries are still acknowledged in time, and memory stays bounded",
        arguments: HostileConnection.Pattern.allCases)
    func flooded(pattern: HostileConnection.Pattern) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let pushes = PushStream(to: world.simulators.gitHub)
            let exit = try await world.observe(["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)"]) { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                let before = try residentMegabytes(of: observer.pid)
                var slowest = Duration.zero
                try await flood(port, by: Self.size, pattern) {
                    for _ in 0..<5 {
                        slowest = max(slowest, try await ContinuousClock().measure { try await pushes.push() })
                        // Keep the flood going beyond the first response.
                        try await Task.sleep(for: .milliseconds(300))
                    }
                }
                let after = try residentMegabytes(of: observer.pid)
                print(
                    "\(Self.size) connections, each \(pattern.rawValue): slowest acknowledgement",
                    "\(slowest.formatted(.units(allowed: [.milliseconds]))), memory \(before) MB before, \(after) MB after"
                )
                #expect(pushes.acknowledged.count == 5)
                #expect(slowest < .seconds(3 * Slowness.factor))
                // A sanitizer uses additional memory.
                if Slowness.factor == 1 { #expect(after - before < pattern.limitInMegabytes) }
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }

    @Test("deliveries are acknowledged although the process may open few files")
    func fewFiles() async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let pushes = PushStream(to: world.simulators.gitHub)
            let changes = ["DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)"]
            let exit = try await world.observe(changes, after: "ulimit -n 120") { observer in
                try await observer.log.wait(for: "Accepting at most 32 connections")
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await flood(port, by: 200, .silent) {
                    for _ in 0..<3 { try await pushes.push() }
                }
                #expect(pushes.acknowledged.count == 3)
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
        }
    }

    /// Opens the connections, runs the body, then closes the remaining connections.
    private func flood(
        _ port: Int, by size: Int, _ pattern: HostileConnection.Pattern, while body: () async throws -> Void
    ) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: pattern.reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HostileConnection(pattern))
                }
            }
        var connections: [any Channel] = []
        for _ in 0..<size {
            // The observer may refuse connections.
            if let channel = try? await bootstrap.connect(host: "127.0.0.1", port: port).get() {
                connections.append(channel)
            }
        }
        try await body()
        for channel in connections { channel.close(promise: nil) }
    }

    private func residentMegabytes(of pid: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) / 1024
    }
}
