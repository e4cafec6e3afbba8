import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("A Marathon deployment that does not become healthy")
struct OnFailureTests {
    private static func tree(mem: Int) -> [String: String?] {
        ["dploy.app": Files.descriptor, "specs/web.json": Files.app("web", mem: mem, healthCheck: true)]
    }

    @Test("is rolled back, and the previous version is healthy again")
    func rolledBack() async throws {
        try await withObserver(.timeout(7)) { world in
            let good = try await world.deploy(Self.tree(mem: 32))
            #expect(good.stage == .succeeded, "\(good.outcome ?? "")")
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let push = try await world.gitHub.push(files: Self.tree(mem: 64))
            try await world.deployment(of: push.after, in: .waiting)
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            let bad = try await world.end(of: push.after)
            #expect(bad.stage == .failed)
            let outcome = try #require(bad.outcome)
            #expect(outcome.hasPrefix("\(notHealthy(after: 7)): /web: "), "\(outcome)")
            #expect(outcome.hasSuffix("Rolled back; the previous version of /web is healthy."), "\(outcome)")
            let app = try await world.marathon.waitUntilReady("/web")
            #expect(app.labels["DPLOY_COMMIT"] == good.commit.description)
            #expect(try await world.journal(of: bad).contains("restored /web"))
            let status = try await world.gitHub.waitForStatus("failure", of: push.after)
            #expect(status.description?.contains("/web") == true)
        }
    }

    @Test("a new app is removed again")
    func newApp() async throws {
        try await withObserver(.timeout(5)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let bad = try await world.deploy(Self.tree(mem: 32))
            let outcome = try #require(bad.outcome)
            #expect(outcome.hasSuffix(" Rolled back; /web was new and is removed again."), "\(outcome)")
            #expect(world.marathon.app("/web") == nil)
            #expect(bad.changes.map(\.result) == [.removedAgain])
            #expect(bad.progress?.steps == [])
            #expect(try await world.journal(of: bad).contains("removed /web"))
        }
    }

    @Test("next to a new app, which is removed again, an older one is healthy in its previous version")
    func newAndOld() async throws {
        try await withObserver(.timeout(7)) { world in
            #expect(try await world.deploy(Self.tree(mem: 32)).stage == .succeeded)
            world.marathon.setBehaviour(.neverHealthy, of: "/new")
            var tree = Self.tree(mem: 64)
            tree["specs/new.json"] = Files.app("new", healthCheck: true)
            let bad = try await world.deploy(tree)
            let outcome = try #require(bad.outcome)
            let sentence = "Rolled back; the previous version of /web is healthy; /new was new and is removed again."
            #expect(outcome.hasSuffix(sentence), "\(outcome)")
            let results = Dictionary(uniqueKeysWithValues: bad.changes.map { ($0.appID, $0.result) })
            #expect(results == ["/web": .restored, "/new": .removedAgain])
            #expect(bad.progress?.steps == [.init(name: "/web", done: 1, of: 1)])
        }
    }

    @Test("is left as it is with -on-failure leave")
    func left() async throws {
        try await withObserver(.leaving(after: 5)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let bad = try await world.deploy(Self.tree(mem: 32))
            #expect(bad.outcome?.contains("olled back") == false)
            #expect(world.marathon.requests(.delete, "/v2/*").isEmpty)
            #expect(world.marathon.app("/web")?.labels["DPLOY_COMMIT"] == bad.commit.description)
        }
    }

    @Test("a rollback that does not become healthy either is reported")
    func rollbackFails() async throws {
        try await withObserver(.timeout(7)) { world in
            #expect(try await world.deploy(Self.tree(mem: 32)).stage == .succeeded)
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let bad = try await world.deploy(Self.tree(mem: 64))
            #expect(bad.stage == .failed)
            let outcome = try #require(bad.outcome)
            #expect(outcome.hasPrefix("\(notHealthy(after: 7))"))
            #expect(outcome.contains("Rolled back") || outcome.contains("Rollback failed too"))
        }
    }

    @Test(
        "is rolled back even if the answer to the rollback is lost",
        arguments: [Fault.Effect.loseAnswer, .body("{}"), .deny(500), .deny(502), .status(500)])
    func lostAnswer(effect: Fault.Effect) async throws {
        try await withObserver(.timeout(8)) { world in
            let good = try await world.deploy(Self.tree(mem: 32))
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            world.marathon.inject(Fault(.delete, "/v2/deployments*", times: 1, effect: effect))
            let push = try await world.gitHub.push(files: Self.tree(mem: 64))
            try await world.deployment(of: push.after, in: .waiting)
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            let bad = try await world.end(of: push.after)
            let outcome = try #require(bad.outcome)
            #expect(outcome.hasSuffix("Rolled back; the previous version of /web is healthy."), "\(outcome)")
            let app = try await world.marathon.waitUntilReady("/web")
            #expect(app.labels["DPLOY_COMMIT"] == good.commit.description)
        }
    }

    @Test("a rollback that changes nothing is not reported as a success")
    func ineffective() async throws {
        try await withObserver(.timeout(8)) { world in
            #expect(try await world.deploy(Self.tree(mem: 32)).stage == .succeeded)
            // It becomes healthy only after it was given up.
            world.marathon.setBehaviour(.healthy(after: .seconds(11 * Slowness.factor)), of: "/web")
            let answer = #"{"version":"2026-01-02T03:04:05.678Z","deploymentId":"nothing"}"#
            world.marathon.inject(Fault(.delete, "/v2/deployments*", effect: .status(200, body: answer)))
            let bad = try await world.deploy(Self.tree(mem: 64))
            #expect(bad.outcome?.contains("Rollback failed too") == true, "\(bad.outcome ?? "")")
        }
    }

    @Test("after a stop while Marathon is asked for the rollback, the next start deploys the last success")
    func stopDuringRequest() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var setup = ObserverSetup.timeout(7)
        setup.stateDirectory = directory
        try await withSimulators { [setup] simulators in
            let marathon = simulators.marathon
            let gate = AnswerGate()
            let (good, bad) = try await withObserver(setup, in: simulators) { world in
                let good = try await world.deploy(Self.tree(mem: 32))
                marathon.setBehaviour(.neverHealthy, of: "/web")
                marathon.inject(Fault(.delete, "/v2/deployments*", times: 1, effect: .hold(gate)))
                let push = try await world.gitHub.push(files: Self.tree(mem: 64))
                try await world.deployment(of: push.after, in: .waiting)
                marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
                try await gate.holding()
                return (good.commit.description, push.after)
            }
            gate.open()
            var again = setup
            again.waitsForHook = false
            try await withObserver(again, in: simulators) { world in
                let failed = try await world.end(of: bad)
                #expect(failed.stage == .failed, "\(failed.outcome ?? "")")
                #expect(failed.outcome?.hasPrefix(notHealthy(after: 7)) == true, "\(failed.outcome ?? "")")
                let rollback = try await world.deployment(of: good, in: .succeeded, after: failed.id)
                #expect(rollback.request.trigger == .rollback)
                #expect(try await world.deployments().count { $0.commit.description == bad } == 1)
            }
        }
    }

    @Test("a rollback interrupted by a shutdown is reported, and the commit is not retried")
    func cutShort() async throws {
        let directory = try temporaryDirectory()
        var setup = ObserverSetup.timeout(8)
        setup.stateDirectory = directory
        try await withSimulators { [setup] simulators in
            let marathon = simulators.marathon
            let commit = try await withObserver(setup, in: simulators) { world in
                #expect(try await world.deploy(Self.tree(mem: 32)).stage == .succeeded)
                marathon.setBehaviour(.neverHealthy, of: "/web")
                let isRolledBack = { @Sendable in !marathon.requests(.delete, "/v2/deployments*").isEmpty }
                marathon.inject(
                    Fault(when: { isRolledBack() && $0.matches(.get, "/v2/apps/web") }, effect: .status(503)))
                let push = try await world.gitHub.push(files: Self.tree(mem: 64))
                try await world.log.wait(for: "stage=rollback")
                try await marathon.request { $0.status == 503 }
                return push.after
            }
            marathon.clearFaults()
            var second = setup
            second.waitsForHook = false
            second.flags[.poll] = "1"
            try await withObserver(second, in: simulators) { world in
                let status = try await world.gitHub.waitForStatus("failure", of: commit)
                #expect(status.description?.hasPrefix(notHealthy(after: 8)) == true)
                // The poll has compared the head by then.
                try await simulators.gitHub.request { $0.request.path.hasSuffix("/branches/dcos") && $0.status == 304 }
                let bad = try await world.end(of: commit)
                #expect(bad.request.trigger == .delivery)
                let outcome = try #require(bad.outcome)
                #expect(outcome.contains("Rolling back (Marathon deployment "), "\(outcome)")
                #expect(outcome.contains("stopped before the rollback was complete"), "\(outcome)")
                #expect(outcome.hasSuffix(", the last success."), "\(outcome)")
                #expect(marathon.requests(.put, "/v2/apps").count == 2)
            }
        }
    }
}
