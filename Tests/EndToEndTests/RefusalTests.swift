import Processes
import Simulators
import Subprocess
import Testing

@Suite("The program can't go on")
struct RefusalTests {
    @Test("a token that GitHub refuses ends it with status 77 and the sentence")
    func refusedToken() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe(["DPLOY_OBSERVER_GITHUB_PAT": "0123456789abcdef0123456789abcdef01234567"]
            ) { _ in }
            #expect(exit.status == .exited(77))
            #expect(exit.log.last?.hasPrefix("observer: ") == true)
            #expect(exit.log.joined().contains("401"), "\(exit.log)")
            #expect(!exit.output.contains("Authentication against GitHub done"))
            #expect(!(exit.output + exit.log).contains { $0.contains("0123456789abcdef") })
        }
    }

    @Test("an address that is taken ends it with status 69")
    func takenPort() async throws {
        try await withProcessWorld { world in
            let taken = "127.0.0.1:\(world.simulators.marathon.server.port)"
            let exit = try await world.observe(["DPLOY_OBSERVER_LISTEN": taken]) { _ in }
            #expect(exit.status == .exited(69))
            #expect(exit.log.last?.contains("Can't listen on \(taken)") == true, "\(exit.log)")
        }
    }

    @Test("wrong settings end it with status 64, all told at once, and nobody was contacted")
    func wrongSettings() async throws {
        try await withProcessWorld { world in
            let changes: [String: String?] = [
                "DPLOY_OBSERVER_GITHUB_OWNER": nil, "DPLOY_OBSERVER_LISTEN": "nowhere", "DPLOY_LOGLEVEL": "loud",
            ]
            let exit = try await world.observe(changes) { _ in }
            #expect(exit.status == .exited(64))
            let said = exit.log.joined(separator: "\n")
            for source in ["DPLOY_OBSERVER_GITHUB_OWNER", "DPLOY_OBSERVER_LISTEN", "DPLOY_LOGLEVEL"] {
                #expect(said.contains(source), "\(said)")
            }
            #expect(exit.output.isEmpty)
            #expect(world.isSilent)
        }
    }

    @Test("a certificate that can't be read ends it with status 64, and nobody was contacted")
    func certificate() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe(arguments: ["-tls-cert", "cert.pem", "-tls-key", "key.pem"]) { _ in }
            #expect(exit.status == .exited(64))
            let sentence = "observer: Can't read the file \(world.directory)/cert.pem"
            #expect(exit.log.last?.hasPrefix(sentence) == true, "\(exit.log)")
            #expect(world.isSilent)
        }
    }

    @Test("an unknown flag ends it with status 64")
    func unknownFlag() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe(arguments: ["-unknown"]) { _ in }
            #expect(exit.status == .exited(64))
            #expect(world.isSilent)
        }
    }

    @Test("a second observer on the same state directory ends with status 75 and contacts nobody")
    func secondObserver() async throws {
        try await withProcessWorld { world in
            _ = try await world.observe { first in
                try await first.log.wait(for: "GitHub reaches us")
                let requests = world.simulators.gitHub.requests(.get, "/repos/mhausenblas/s4d").count
                let second = try await world.observe { _ in }
                #expect(second.status == .exited(75))
                #expect(second.log.last?.contains("Another observer is working with the state directory") == true)
                #expect(world.simulators.gitHub.requests(.get, "/repos/mhausenblas/s4d").count == requests)
                first.terminate()
            }
        }
    }
}
