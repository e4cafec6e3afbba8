import Foundation
import Processes
import Simulators
import Testing

@Suite("GitHub in trouble, case by case")
struct GitHubFaultTests {
    @Test(
        "a request that hangs is made again",
        arguments: ["/repos/mhausenblas/s4d/branches/*", "/repos/mhausenblas/s4d/tarball/*"])
    func hangs(path: String) async throws {
        // A single request is given twenty seconds.
        try await withFaults(["DPLOY_OBSERVER_DEPLOY_TIMEOUT": "40", "DPLOY_OBSERVER_POLL": "0"]) { scene in
            try await scene.observer.log.wait(for: "GitHub reaches us")
            scene.servers.gitHub.inject(Fault(.get, path, times: 1, effect: .hang))
            try await scene.pushes.push()
        }
    }

    @Test("pushes that come while the token is revoked are kept, and run once it is restored")
    func revokedToken() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "GitHub reaches us")
            scene.servers.gitHub.revokeToken(GitHubSimulator.Token.standard.value)
            for _ in 1...3 { #expect(try await scene.pushes.push().answer?.status == 202) }
            try await scene.observer.log.wait(for: "deployments wait")
            scene.servers.gitHub.addToken(.standard)
        }
    }

    @Test("a push whose delivery comes after that of a newer one does not roll back")
    func reordered() async throws {
        // Nobody looks for the head meanwhile.
        try await withFaults(["DPLOY_OBSERVER_POLL": "0", "DPLOY_OBSERVER_REVIEW": "0"]) { scene in
            try await scene.observer.log.wait(for: "GitHub reaches us")
            let held = try await scene.pushes.push(isTold: false)
            let newer = try await scene.pushes.push()
            #expect(await scene.pushes.tell(held) == 202)
            try await scene.servers.gitHub.waitForStatus("success", of: newer.after)
            try await scene.observer.log.wait(for: "Deployment superseded")
            #expect(scene.servers.gitHub.statuses(of: held.after).allSatisfy { $0.state != "success" })
        }
    }

    @Test("an archive that is not what it should be for good fails its push alone")
    func badArchive() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "GitHub reaches us")
            let push = try await scene.pushes.push(isTold: false)
            scene.servers.gitHub.setArchive(Array(Disturbance.garbage.utf8), of: push.after)
            await scene.pushes.tell(push)
            try await scene.servers.gitHub.waitForStatus("failure", of: push.after)
            #expect(try await scene.outcome(of: push)?.contains("can't be unpacked") == true)
            try await scene.pushes.push()
        }
    }

    @Test("the hour's requests used up by somebody else: the push waits until there are new ones")
    func usedUp() async throws {
        try await withFaults { scene in
            try await scene.observer.log.wait(for: "GitHub reaches us")
            scene.servers.gitHub.setRateLimit(.init(remaining: 0, reset: Date(timeIntervalSinceNow: 3)))
            #expect(try await scene.pushes.push().answer?.status == 202)
        }
    }
}
