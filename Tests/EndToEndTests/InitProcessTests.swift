import Foundation
import Processes
import Simulators
import Subprocess
import Testing

/// Needs a process namespace of its own, as a container has. Only root can make one.
@Suite("Process 1 of a container", .enabled(if: geteuid() == 0))
struct InitProcessTests {
    /// Counts the zombies after it has left processes behind.
    private static let command = """
        for i in 1 2 3; do (setsid sleep 0.1 &); done; sleep 1
        echo "zombies $(cat /proc/[0-9]*/status | grep -c '^State:.Z'), process 1 $(cat /proc/1/comm)"
        """

    @Test("collects the processes that a deploy command leaves behind, and passes signals and the exit status on")
    func orphans() async throws {
        try await withProcessWorld { world in
            let namespace = #"exec unshare --pid --fork --mount-proc "$0" "$@""#
            let changes = ["DPLOY_OBSERVER_DEPLOY_COMMAND": Self.command]
            let exit = try await world.observe(changes, after: namespace) { observer in
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await world.simulators.gitHub.push(files: ["README.md": "hello"])
                try await observer.log.wait(for: "zombies 0, process 1 observer")
                // The first process in the namespace, as seen from here.
                let children = try String(
                    contentsOfFile: "/proc/\(observer.pid)/task/\(observer.pid)/children", encoding: .utf8)
                let first = try #require(pid_t(children.trimmingCharacters(in: .whitespaces)))
                #expect(kill(first, SIGTERM) == 0)
            }
            #expect(exit.status == .exited(0))
            #expect(exit.output.suffix(2) == ["Received killTask", "Shutting down"])
        }
    }

    @Test("ends with the exit status of the program")
    func status() async throws {
        try await withProcessWorld { world in
            let namespace = #"exec unshare --pid --fork --mount-proc "$0" "$@""#
            let exit = try await world.observe(["DPLOY_LOGLEVEL": "loud"], after: namespace) { _ in }
            #expect(exit.status == .exited(64))
        }
    }
}
