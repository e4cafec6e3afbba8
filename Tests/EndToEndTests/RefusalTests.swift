import Processes
import Simulators
import Subprocess
import Testing

@Suite("Reasons not to start")
struct RefusalTests {
    @Test("a token that GitHub rejects is reported, with status 77")
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

    @Test("a listen address in use is reported, with status 69")
    func takenPort() async throws {
        try await withProcessWorld { world in
            let taken = "127.0.0.1:\(world.simulators.marathon.server.port)"
            let exit = try await world.observe(["DPLOY_OBSERVER_LISTEN": taken]) { _ in }
            #expect(exit.status == .exited(69))
            #expect(exit.log.last?.contains("Can't listen on \(taken)") == true, "\(exit.log)")
        }
    }

    @Test("all invalid settings are reported at once, with status 64, before any request")
    func wrongSettings() async throws {
        try await withProcessWorld { world in
            let changes: [String: String?] = [
                "DPLOY_OBSERVER_GITHUB_OWNER": nil, "DPLOY_OBSERVER_LISTEN": "nowhere", "DPLOY_LOGLEVEL": "loud",
            ]
            let exit = try await world.observe(changes) { _ in }
            #expect(exit.status == .exited(64))
            let printed = exit.log.joined(separator: "\n")
            for source in ["DPLOY_OBSERVER_GITHUB_OWNER", "DPLOY_OBSERVER_LISTEN", "DPLOY_LOGLEVEL"] {
                #expect(printed.contains(source), "\(printed)")
            }
            #expect(exit.output.isEmpty)
            #expect(world.hasNoRequests)
        }
    }

    @Test("an unreadable certificate is reported, with status 64, before any request")
    func certificate() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe(arguments: ["-tls-cert", "cert.pem", "-tls-key", "key.pem"]) { _ in }
            #expect(exit.status == .exited(64))
            let sentence = "observer: Can't read \(world.directory)/cert.pem"
            #expect(exit.log.last?.hasPrefix(sentence) == true, "\(exit.log)")
            #expect(world.hasNoRequests)
        }
    }

    @Test("an unknown flag has status 64")
    func unknownFlag() async throws {
        try await withProcessWorld { world in
            let exit = try await world.observe(arguments: ["-unknown"]) { _ in }
            #expect(exit.status == .exited(64))
            #expect(world.hasNoRequests)
        }
    }

    @Test("a second observer on the same state directory has status 75 and sends no request")
    func secondObserver() async throws {
        try await withProcessWorld { world in
            _ = try await world.observe { first in
                try await first.log.wait(for: "Ping received: GitHub can reach")
                let requests = world.simulators.gitHub.requests(.get, "/repos/mhausenblas/s4d").count
                let second = try await world.observe { _ in }
                #expect(second.status == .exited(75))
                #expect(second.log.last?.contains("Another observer is using the state directory") == true)
                #expect(world.simulators.gitHub.requests(.get, "/repos/mhausenblas/s4d").count == requests)
                first.terminate()
            }
        }
    }
}
