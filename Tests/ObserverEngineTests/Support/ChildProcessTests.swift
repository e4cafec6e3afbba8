import Simulators
import Testing

@testable import ObserverEngine

@Suite("Programs that are run")
struct ChildProcessTests {
    /// Starts a process that prints without end and ignores a request to end. It is killed later if nothing else ends it.
    private static func flood(_ redirection: String = "") -> String {
        """
        line=$(printf %04000d 7)
        (trap '' TERM; exec yes "$line" \(redirection)) &
        (sleep \(60 * Slowness.factor); kill -9 $!) &

        """
    }

    /// Less than the flood lasts.
    private static let limit = Duration.seconds(30 * Slowness.factor)

    private static func program(_ command: String) -> ChildProcess {
        ChildProcess(shell: command, environment: ["PATH": "/usr/bin:/bin"], directory: "/")
    }

    @Test("a process that a program leaves running is killed, even if it prints without end")
    func ended() async throws {
        let lines = Lines()
        let start = ContinuousClock.now
        let ending = try await Self.program("echo $$; \(Self.flood())sleep 1; exit 3").run { new in
            if lines.all.isEmpty, let first = new.first { lines.append(first) }
        }
        #expect(ending == .exited(3))
        #expect(.now - start < Self.limit)
        try await expectEnd(ofGroup: lines.all.first)
    }

    @Test("output that does not end is collected until the program ends", arguments: ["", ">&2"])
    func collected(redirection: String) async throws {
        let start = ContinuousClock.now
        let output = try await Self.program("echo $$; \(Self.flood(redirection))sleep 1; exit 3").collect(limit: 1000)
        #expect(output.ending == .exited(3))
        #expect(.now - start < Self.limit)
        #expect(output.standardOutput.count <= 1000 && output.standardError.count <= 1000)
        try await expectEnd(ofGroup: output.standardOutput.text.split(separator: "\n").first.map(String.init))
    }

    @Test("a cancelled program ends with a process that prints without end and ignores a request to end")
    func cancelled() async throws {
        let lines = Lines()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await Self.program("echo $$; \(Self.flood())wait").run { new in
                    for line in new where lines.all.count < 2 { lines.append(line) }
                }
            }
            try await lines.wait(for: "0000000007")
            group.cancelAll()
            _ = await group.nextResult()
        }
        #expect(.now - start < Self.limit)
        try await expectEnd(ofGroup: lines.all.first)
    }

    @Test("everything that a program has written before its end is read")
    func complete() async throws {
        let written = 60_000
        let command = "head -c \(written) /dev/zero | tr '\\0' x; exit 0"
        let output = try await Self.program(command).collect(limit: .max)
        #expect(output.standardOutput.count == written)
    }

    /// - Parameter group: The ID that the program has printed first.
    private func expectEnd(ofGroup group: String?) async throws {
        let group = try #require(group.flatMap { Int($0) })
        // A killed process may take a moment to disappear.
        try await withTimeout(.testTimeout) {
            while try !ProcessGroup.members(of: group).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        }
    }
}
