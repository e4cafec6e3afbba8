import Foundation
import Processes
import Simulators
import Subprocess
import SystemPackage
import Testing

@Suite("Blocked and closed standard streams")
struct StandardStreamTests {
    enum Stream: CaseIterable {
        case output, error
    }

    @Test("a full pipe without a reader delays neither a ping from GitHub nor SIGTERM", arguments: Stream.allCases)
    func unread(stream: Stream) async throws {
        try await withProcessWorld { world in
            let pipe = try FullPipe()
            defer { pipe.close() }
            let nowhere = try FileDescriptor.open("/dev/null", .writeOnly)
            defer { try? nowhere.close() }
            let stopping = Stopwatch()
            let result = try await Subprocess.run(
                .path(ObserverProcess.path), environment: .only(world.environment),
                workingDirectory: FilePath(world.directory), input: .none,
                output: .fileDescriptor(stream == .output ? pipe.end : nowhere, closeAfterSpawningProcess: false),
                error: .fileDescriptor(stream == .error ? pipe.end : nowhere, closeAfterSpawningProcess: false)
            ) { execution in
                let pid = execution.processIdentifier.value
                try await killing(pid) {
                    try await world.simulators.gitHub.waitForDelivery(of: "ping")
                    stopping.start()
                    kill(pid, SIGTERM)
                    try await ended(pid)
                }
            }
            #expect(result.terminationStatus == .exited(0))
            #expect(stopping.elapsed < .seconds(3 * Slowness.factor))
        }
    }

    @Test("closed standard streams are replaced by /dev/null")
    func closed() async throws {
        try await withProcessWorld { world in
            let result = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", "exec '\(ObserverProcess.path)' <&- >&- 2>&-"],
                environment: .only(world.environment), workingDirectory: FilePath(world.directory), input: .none,
                output: .discarded, error: .discarded
            ) { execution in
                let pid = execution.processIdentifier.value
                try await killing(pid) {
                    try await world.simulators.gitHub.waitForDelivery(of: "ping")
                    let streams = try (0...2).map {
                        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")
                    }
                    #expect(streams == Array(repeating: "/dev/null", count: 3))
                    kill(pid, SIGTERM)
                    try await ended(pid)
                }
            }
            #expect(result.terminationStatus == .exited(0))
        }
    }

    /// Runs the body and kills the process if it throws.
    private func killing(_ pid: pid_t, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            kill(pid, SIGKILL)
            throw error
        }
    }

    /// Waits until the process has ended, without reaping it.
    private func ended(_ pid: pid_t) async throws {
        struct StillRunning: Error {}
        let deadline = ContinuousClock.now + .testTimeout
        while true {
            var information = siginfo_t()
            let flags = WEXITED | WNOHANG | WNOWAIT
            if waitid(P_PID, id_t(pid), &information, flags) != 0 || information.si_signo != 0 { return }
            guard .now < deadline else { throw StillRunning() }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

/// A pipe that is full: every write to it blocks.
private struct FullPipe {
    let end: FileDescriptor
    private let unread: FileDescriptor

    init() throws {
        (unread, end) = try FileDescriptor.pipe()
        let flags = fcntl(end.rawValue, F_GETFL)
        _ = fcntl(end.rawValue, F_SETFL, flags | O_NONBLOCK)
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        for size in [4096, 1] {
            while write(end.rawValue, bytes, size) > 0 {}
        }
        _ = fcntl(end.rawValue, F_SETFL, flags)
    }

    func close() {
        try? unread.close()
        try? end.close()
    }
}
