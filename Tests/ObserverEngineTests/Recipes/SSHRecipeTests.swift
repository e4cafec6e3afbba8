import Foundation
import ObserverEngine
import Simulators
import Subprocess
import SystemPackage
import Testing

@Suite("The recipe for other hosts")
struct SSHRecipeTests {
    private static let sshd = "/usr/sbin/sshd"

    @Test(
        "a release reaches each host through a real sshd, and is rolled back on all of them",
        .enabled(if: FileManager.default.isExecutableFile(atPath: sshd), "needs sshd: apt-get install openssh-server"))
    func release() async throws {
        let recipe = try Recipe("ssh")
        try await withSSHServer { server in
            var setup = recipe.setup([
                "HOSTS": "127.0.0.1 localhost", "SSH_OPTIONS": server.options, "APP": server.directory + "/app",
                "HOME": server.directory,
            ])
            setup.flags[.deployTimeout] = "\(10 * Slowness.factor)"
            try await withObserver(setup) { world in
                let first = try await world.deploy(recipe)
                #expect(first.stage == .succeeded, "\(first.outcome ?? "")")
                #expect(first.progress?.steps.last == .init(name: "example", done: 2, of: 2))
                let version = server.directory + "/app/current/version"
                #expect(try String(contentsOfFile: version, encoding: .utf8) == "1\n")
                let outcome = try await world.rollBack(recipe, changing: ["app/version": .text("")])
                #expect(outcome.contains("not healthy: 127.0.0.1 localhost"), "\(outcome)")
                #expect(try String(contentsOfFile: version, encoding: .utf8) == "1\n")
            }
        }
    }

    private struct SSHServer: Sendable {
        let directory: String
        /// For `ssh`, so that it reaches this server and nothing of the user's own settings counts.
        let options: String
    }

    /// Runs an sshd on a free port of the loopback interface.
    private func withSSHServer(_ body: (SSHServer) async throws -> Void) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for name in ["host", "user"] {
            let made = try await run(
                .name("ssh-keygen"), arguments: ["-q", "-t", "ed25519", "-N", "", "-f", "\(directory)/\(name)"],
                output: .discarded)
            #expect(made.terminationStatus.isSuccess)
        }
        try FileManager.default.copyItem(atPath: "\(directory)/user.pub", toPath: "\(directory)/authorized_keys")
        // Debian's sshd refuses to start without it.
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        let port = try await freePort()
        let settings = [
            "-f", "/dev/null", "-h", "\(directory)/host", "-p", "\(port)", "-o", "ListenAddress=127.0.0.1",
            "-o", "AuthorizedKeysFile=\(directory)/authorized_keys", "-o", "StrictModes=no", "-o", "UsePAM=no",
            "-o", "PidFile=none",
        ]
        let server = SSHServer(
            directory: directory,
            options: "-F /dev/null -p \(port) -i \(directory)/user -o BatchMode=yes -o StrictHostKeyChecking=no "
                + "-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR")
        _ = try await run(
            .path("/usr/sbin/sshd"), arguments: Arguments(["-D", "-e"] + settings), input: .none, output: .discarded,
            error: .sequence
        ) { execution in
            for try await line in execution.standardError.strings() where line.contains("Server listening") { break }
            do {
                try await body(server)
            } catch {
                try execution.send(signal: .terminate)
                throw error
            }
            try execution.send(signal: .terminate)
        }
    }
}
