import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Polling the head of the branch")
struct BranchPollTests {
    @Test("a push that was never delivered is deployed, and an unchanged head costs nothing of the rate limit")
    func missedPush() async throws {
        try await withObserver(.polling) { world in
            let push = try await world.gitHub.push(files: Files.helloWorld, message: "Say hello", deliver: false)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.trigger == .poll)
            #expect(run.request.commit.message == "Say hello")
            try await world.gitHub.request { $0.request.path.hasSuffix("/branches/dcos") && $0.status == 304 }
            #expect(try await world.deployments().count == 1)
        }
    }

    @Test("a branch that does not exist is warned of once, with the flag to choose another")
    func missingBranch() async throws {
        try await withObserver(.polling) { world in
            let line = try await world.log.wait(for: "Branch dcos of mhausenblas/s4d does not exist yet")
            #expect(line.contains("level=warning") && line.contains("-branch"))
            try await world.gitHub.request(.get, "/repos/mhausenblas/s4d/branches/dcos", count: 3)
            #expect(world.log.all.count { $0.contains("does not exist yet") } == 1)
        }
    }

    @Test("an observer without a public address deploys by polling")
    func withoutAddress() async throws {
        var setup = ObserverSetup.polling
        setup.flags[.publicNode] = ""
        setup.waitsForHook = false
        try await withObserver(setup) { world in
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(world.gitHub.hooks().isEmpty)
        }
    }

    @Test("a commit that failed is not retried by polling, and the reason is shown")
    func failedCommit() async throws {
        try await withObserver(.polling) { world in
            let good = try await world.deploy(Files.helloWorld)
            let bad = try await world.gitHub.push(files: ["specs/helloworld.json": "{"])
            #expect(try await world.end(of: bad.after).stage == .failed)
            let control = try await world.control()
            _ = try await control.perform(.rollback(deployment: good.id, seenCurrent: nil))
            try await world.log.wait(for: "Head \(bad.after.shortCommit) is not deployed: deployment")
            try await world.engine {
                $0.blocked?.contains("failed, and it is not retried until the branch moves") == true
            }
            let fixed = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], deliver: false)
            let run = try await world.deployment(of: fixed.after, in: .succeeded)
            #expect(run.request.trigger == .poll)
            let engine = try await control.engine()
            #expect(engine.blocked == nil && engine.heldAt == nil)
        }
    }

    @Test("a head that was only queued when the operator rolled back is not deployed by polling")
    func rolledBackWhileWaiting() async throws {
        try await withObserver(.polling) { world in
            let good = try await world.deploy(Files.helloWorld)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let bad = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], deliver: false)
            let waiting = try await world.deployment(of: bad.after, in: .queued)
            _ = try await control.perform(.rollback(deployment: good.id, seenCurrent: waiting.id))
            try await world.log.wait(for: "Head \(bad.after.shortCommit) is not deployed: the branch is on hold at")
            #expect(try await control.engine().heldAt == good.commit.description)
            #expect(try await world.deployments().map(\.stage) == [.queued, .superseded, .succeeded])
        }
    }

    @Test("with a wiped disk the head is checked again, and nothing is applied twice")
    func wipedDisk() async throws {
        try await withSimulators { simulators in
            let push = try await withObserver(.polling, in: simulators) { world in
                let push = try await world.gitHub.push(files: Files.helloWorld)
                try await world.deployment(of: push.after, in: .succeeded)
                try await simulators.gitHub.waitForStatus("success", of: push.after)
                return push
            }
            try await withObserver(.polling, in: simulators) { world in
                let run = try await world.deployment(of: push.after, in: .succeeded)
                #expect(run.outcome?.contains("1 unchanged") == true, "\(run.outcome ?? "")")
                #expect(world.marathon.requests(.put, "/v2/apps").count == 1)
            }
        }
    }

    @Test("a commit status that can't be read does not prevent the deployment", arguments: [403, 404, 422])
    func unreadableStatus(answer: Int) async throws {
        try await withObserver(.polling) { world in
            world.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/commits/*", effect: .status(answer, body: "{}")))
            let push = try await world.gitHub.push(files: Files.helloWorld, deliver: false)
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(
                world.log.all.filter { $0.contains("Could not check whether this commit failed before; deploying it.") }
                    .count == 1)
        }
    }

    @Test("a pause that GitHub requests is respected")
    func retryAfter() async throws {
        try await withObserver(.polling) { world in
            world.gitHub.inject(.secondaryRateLimit(retryAfter: 3) { $0.path.hasSuffix("/branches/dcos") })
            let asked = try await world.gitHub.request {
                $0.request.path.hasSuffix("/branches/dcos") && $0.status == 403
            }
            let next = try await world.gitHub.request {
                $0.request.path.hasSuffix("/branches/dcos") && $0.receivedAt > asked.receivedAt
            }
            #expect(next.receivedAt.timeIntervalSince(asked.receivedAt) >= 3)
        }
    }

    @Test("with a wiped disk the commit status shows that a head failed")
    func wipedDiskAfterFailure() async throws {
        try await withSimulators { simulators in
            let push = try await withObserver(.polling, in: simulators) { world in
                let push = try await world.gitHub.push(files: ["dploy.app": Files.descriptor])
                try await simulators.gitHub.waitForStatus("failure", of: push.after)
                return push
            }
            try await withObserver(.polling, in: simulators) { world in
                try await world.log.wait(for: "GitHub shows that its deployment failed")
                #expect(try await world.deployments().isEmpty)
                #expect(world.engine.status.engine.blocked?.contains(push.after.shortCommit) == true)
            }
        }
    }
}

extension ObserverSetup {
    /// Polls the head every second.
    fileprivate static var polling: ObserverSetup { ObserverSetup { $0.flags[.poll] = "1" } }
}
