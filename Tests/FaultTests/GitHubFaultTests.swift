import Foundation
import Processes
import Simulators
import Testing

@Suite("GitHub failures")
struct GitHubFaultTests {
    @Test(
        "a hanging request is retried",
        arguments: ["/repos/mhausenblas/s4d/branches/*", "/repos/mhausenblas/s4d/tarball/*"])
    func hangs(path: String) async throws {
        // A single request times out after 20 s.
        let timeout = "\(40 * Slowness.factor)"
        try await withFaults(["DPLOY_OBSERVER_DEPLOY_TIMEOUT": timeout, "DPLOY_OBSERVER_POLL": "0"]) { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            scene.servers.gitHub.inject(Fault(.get, path, times: 1, effect: .hang))
            try await scene.pushes.push()
        }
    }

    @Test("pushes received while the token is revoked run once it is restored")
    func revokedToken() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            scene.servers.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
            for _ in 1...3 { #expect(try await scene.pushes.push().answer?.status == 202) }
            try await scene.observer.log.wait(for: "deployments wait")
            scene.servers.gitHub.addToken(.standard)
        }
    }

    @Test("a late delivery of an older push does not roll back")
    func reordered() async throws {
        // Without polling and reviews, only deliveries count.
        try await withFaults(["DPLOY_OBSERVER_POLL": "0", "DPLOY_OBSERVER_REVIEW": "0"]) { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            let held = try await scene.pushes.push(deliver: false)
            let newer = try await scene.pushes.push()
            #expect(await scene.pushes.deliver(held) == 202)
            try await scene.servers.gitHub.waitForStatus("success", of: newer.after)
            try await scene.observer.log.wait(for: "Deployment superseded")
            #expect(scene.servers.gitHub.statuses(of: held.after).allSatisfy { $0.state != "success" })
        }
    }

    @Test("a permanently broken archive fails only its own push")
    func badArchive() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            let push = try await scene.pushes.push(deliver: false)
            scene.servers.gitHub.setArchive(Array(Incident.garbage.utf8), of: push.after)
            await scene.pushes.deliver(push)
            try await scene.servers.gitHub.waitForStatus("failure", of: push.after)
            #expect(try await scene.outcome(of: push)?.contains("can't be unpacked") == true)
            try await scene.pushes.push()
        }
    }

    @Test("a push waits while the rate limit is exhausted")
    func usedUp() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            scene.servers.gitHub.setRateLimit(.init(remaining: 0, reset: Date(timeIntervalSinceNow: 3)))
            #expect(try await scene.pushes.push().answer?.status == 202)
        }
    }
}
