import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Deployments that wait for checks")
struct CheckedDeploymentTests {
    private static func requiring(
        _ checks: String, _ change: (inout ObserverSetup) -> Void = { _ in }
    ) -> ObserverSetup {
        ObserverSetup {
            $0.flags[.requireChecks] = checks
            change(&$0)
        }
    }

    @Test("a push waits until all of its checks have passed, and nothing is fetched before")
    func passes() async throws {
        try await withObserver(Self.requiring("all")) { world in
            #expect(try #require(world.gitHub.hooks().first).events == ["push", "check_suite", "status"])
            let push = try await world.push(mem: 32)
            let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
            #expect(waiting.wait?.rule == .checks && waiting.wait?.sentence == "no check has reported yet")
            world.gitHub.startCheck("e2e", of: push.after)
            await world.gitHub.report("success", "ci/lint", of: push.after)
            try await world.deployment(of: push.after) {
                $0.wait?.sentence == "1 of 2 checks passed, waiting for e2e"
            }
            let status = try await world.gitHub.wait(for: "a status") { state in
                state.statuses.last { $0.description?.contains("waiting for e2e") == true }
            }
            #expect(status.state == "pending" && status.context == "dploy/observer")
            #expect(world.gitHub.requests(.get, "/repos/*/*/tarball/*").isEmpty)
            await world.gitHub.completeCheck("e2e", of: push.after)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(try await world.journal(of: run).contains("checks passed: ci/lint, e2e"))
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test("a pause while GitHub is asked for the checks keeps the deployment from starting")
    func pausedMeanwhile() async throws {
        try await withObserver(Self.requiring("e2e")) { world in
            let control = try await world.control()
            let push = try await world.push(mem: 32)
            try await world.deployment(of: push.after) { $0.wait != nil }
            let gate = AnswerGate()
            world.gitHub.inject(Fault(.get, "/repos/*/*/commits/*/check-runs", effect: .hold(gate)))
            await world.gitHub.completeCheck("e2e", of: push.after)
            try await gate.holding()
            _ = try await control.perform(.pause())
            gate.open()
            try await world.deployment(of: push.after) { $0.wait?.rule == .pause }
            #expect(world.gitHub.requests(.get, "/repos/*/*/tarball/*").isEmpty)
            _ = try await control.perform(.resume())
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("a failed check ends the deployment with its link, and a later run that passes deploys the commit")
    func fails() async throws {
        try await withObserver(Self.requiring("e2e")) { world in
            let push = try await world.push(mem: 32)
            try await world.deployment(of: push.after) { $0.wait != nil }
            await world.gitHub.completeCheck("lint", of: push.after, "failure")
            await world.gitHub.completeCheck("e2e", of: push.after, "failure")
            let failed = try await world.deployment(of: push.after, in: .failed)
            #expect(failed.startedAt == nil)
            #expect(failed.outcome?.hasPrefix("Check e2e failed (http://") == true, "\(failed.outcome ?? "")")
            #expect(failed.outcome?.hasSuffix("). Nothing was applied.") == true)
            try await world.gitHub.waitForStatus("error", of: push.after)
            #expect(world.marathonIsUntouched)
            try await world.engine { $0.blocked?.contains("its checks did not pass") == true }
            await world.gitHub.completeCheck("e2e", of: push.after)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.id == failed.id)
            #expect(try await world.journal(of: run).contains("queued again: its checks have passed since"))
            try await world.engine { $0.blocked == nil }
        }
    }

    @Test("a commit whose check failed is deployed once the check passes, also if the disk was lost")
    func failsBeforeLoss() async throws {
        try await withSimulators { simulators in
            let push = try await withObserver(Self.requiring("e2e"), in: simulators) { world in
                let push = try await world.push(mem: 32)
                await world.gitHub.completeCheck("e2e", of: push.after, "failure")
                try await world.gitHub.waitForStatus("error", of: push.after)
                return push
            }
            var setup = Self.requiring("e2e") { $0.flags[.poll] = "1" }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
                try await world.deployment(of: push.after, in: .failed)
                await world.gitHub.completeCheck("e2e", of: push.after)
                try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }

    @Test("while a newer push is still being checked, an older one that passed is deployed, and then the newer one")
    func older() async throws {
        try await withObserver(Self.requiring("e2e")) { world in
            let first = try await world.push(mem: 32)
            try await world.deployment(of: first.after) { $0.wait != nil }
            let second = try await world.push(mem: 64)
            try await world.deployment(of: second.after) { $0.wait != nil }
            await world.gitHub.completeCheck("e2e", of: first.after)
            try await world.deployment(of: first.after, in: .succeeded)
            let newer = try await world.deployments().first { $0.commit.description == second.after }
            #expect(newer?.stage == .queued)
            await world.gitHub.completeCheck("e2e", of: second.after)
            try await world.deployment(of: second.after, in: .succeeded)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 64)
            #expect(world.applied().count == 2)
        }
    }

    @Test(
        "a skipped head on top of both does not keep the newer one from being deployed, although its delivery is lost",
        arguments: [true, false])
    func olderBelowSkippedHead(isDelivered: Bool) async throws {
        try await withObserver(Self.requiring("e2e")) { world in
            let first = try await world.push(mem: 32)
            try await world.deployment(of: first.after) { $0.wait != nil }
            let second = try await world.push(mem: 64)
            try await world.deployment(of: second.after) { $0.wait != nil }
            let skipped = try await world.gitHub.push(
                files: ["notes": "1"], message: "Notes [skip deploy]", deliver: isDelivered)
            await world.gitHub.completeCheck("e2e", of: first.after)
            try await world.deployment(of: first.after, in: .succeeded)
            await world.gitHub.completeCheck("e2e", of: second.after)
            try await world.deployment(of: second.after, in: .succeeded)
            let head = try #require(CommitID(skipped.after))
            let branch = try #require(try await world.deployments().first).request.branch
            #expect(try await world.engine.store.wantedCommit(at: head, of: branch) == CommitID(second.after))
            #expect(try await world.deployments().count == 2)
            #expect(world.applied().count == 2)
        }
    }

    @Test("after a restart, a push whose check failed does not undo what an older one that is started again replaces")
    func failsAfterRestart() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var setup = Self.requiring("e2e")
        setup.stateDirectory = directory
        let specs = { @Sendable (mem: Int) in
            ["dploy.app": Files.descriptor, "specs/web.json": Files.app("web", mem: mem, healthCheck: true)]
        }
        try await withSimulators { [setup] simulators in
            let (half, newest) = try await withObserver(setup, in: simulators) { world in
                let good = try await world.gitHub.push(files: specs(32))
                await world.gitHub.completeCheck("e2e", of: good.after)
                try await world.deployment(of: good.after, in: .succeeded)
                simulators.marathon.setBehaviour(.noOffers, of: "/web")
                let half = try await world.gitHub.push(files: specs(64))
                await world.gitHub.completeCheck("e2e", of: half.after)
                try await world.deployment(of: half.after, in: .waiting)
                let newest = try await world.gitHub.push(files: specs(96))
                try await world.deployment(of: newest.after) { $0.wait?.rule == .checks }
                return (half.after, newest.after)
            }
            await simulators.gitHub.completeCheck("e2e", of: newest, "failure")
            simulators.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/web")
            var second = setup
            second.waitsForHook = false
            try await withObserver(second, in: simulators) { world in
                let failed = try await world.deployment(of: newest, in: .failed)
                #expect(failed.outcome?.hasSuffix("Nothing was applied.") == true, "\(failed.outcome ?? "")")
                try await world.deployment(of: half, in: .succeeded)
                #expect(try await !world.deployments().contains { $0.request.trigger == .rollback })
            }
        }
    }

    @Test(
        "a failed check that is run again and passes deploys its commit while a newer push waits, and that one follows")
    func passesMeanwhile() async throws {
        try await withObserver(Self.requiring("e2e")) { world in
            let first = try await world.push(mem: 32)
            await world.gitHub.completeCheck("e2e", of: first.after, "failure")
            let failed = try await world.deployment(of: first.after, in: .failed)
            let second = try await world.push(mem: 64)
            try await world.deployment(of: second.after) { $0.wait?.rule == .checks }
            await world.gitHub.completeCheck("e2e", of: first.after)
            let run = try await world.deployment(of: first.after, in: .succeeded)
            #expect(run.id == failed.id)
            let newer = try await world.deployment(of: second.after) { $0.wait?.rule == .checks }
            #expect(newer.id > run.id)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 32)
            try await world.gitHub.waitForStatus("success", of: first.after)
            await world.gitHub.completeCheck("e2e", of: second.after)
            try await world.deployment(of: second.after, in: .succeeded)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 64)
            #expect(world.applied().count == 2)
        }
    }

    @Test("an older push never replaces a newer one, whenever its checks pass and its delivery arrives")
    func neverBackwards() async throws {
        try await withObserver(Self.requiring("e2e")) { world in
            let first = try await world.push(mem: 32)
            let late = try await world.push(mem: 48, deliver: false)
            let third = try await world.push(mem: 64)
            try await world.deployment(of: third.after) { $0.wait != nil }
            await world.gitHub.completeCheck("e2e", of: third.after)
            try await world.deployment(of: third.after, in: .succeeded)
            try await world.deployment(of: first.after, in: .superseded)
            let fourth = try await world.push(mem: 96)
            try await world.deployment(of: fourth.after) { $0.wait != nil }
            await world.gitHub.completeCheck("e2e", of: first.after)
            await world.gitHub.completeCheck("e2e", of: late.after)
            await world.gitHub.deliver(event: "push", payload: late.payload)
            try await world.deployment(of: late.after, in: .superseded)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 64)
            await world.gitHub.completeCheck("e2e", of: fourth.after)
            try await world.deployment(of: fourth.after, in: .succeeded)
            #expect(world.applied().count == 2)
        }
    }

    @Test(
        "a newer push that still waits for its checks does not end a stalled older deployment, and does once they pass")
    func stuckOlder() async throws {
        var setup = Self.requiring("build,e2e")
        // Every deployment counts as stalled at once.
        setup.stallTimeout = .zero
        try await withObserver(setup) { world in
            let tree: @Sendable (Int) -> [String: String?] = { mem in
                ["dploy.app": Files.descriptor, "specs/web.json": Files.app("web", mem: mem, healthCheck: true)]
            }
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            let stuck = try await world.gitHub.push(files: tree(32))
            await world.gitHub.completeCheck("build", of: stuck.after)
            await world.gitHub.completeCheck("e2e", of: stuck.after)
            try await world.deployment(of: stuck.after, in: .waiting)
            let newer = try await world.gitHub.push(files: tree(64))
            try await world.deployment(of: newer.after) { $0.wait?.rule == .checks }
            await world.gitHub.completeCheck("build", of: newer.after)
            try await world.deployment(of: newer.after) {
                $0.wait?.sentence == "1 of 2 checks passed, waiting for e2e"
            }
            let older = try await world.deployments().first { $0.commit.description == stuck.after }
            #expect(older?.stage == .waiting)

            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            await world.gitHub.completeCheck("e2e", of: newer.after)
            try await world.deployment(of: stuck.after, in: .superseded)
            try await world.deployment(of: newer.after, in: .succeeded)
        }
    }

    @Test("the checks that branch protection requires are enough")
    func required() async throws {
        try await withObserver(Self.requiring("required")) { world in
            world.gitHub.requireChecks(["test"])
            let push = try await world.push(mem: 32)
            try await world.deployment(of: push.after) {
                $0.wait?.sentence == "check test has not passed yet"
            }
            await world.gitHub.report("failure", "optional", of: push.after)
            await world.gitHub.completeCheck("test", of: push.after, "neutral")
            try await world.deployment(of: push.after, in: .succeeded)
            world.gitHub.requireChecks(nil)
            let unprotected = try await world.push(mem: 64)
            let failed = try await world.deployment(of: unprotected.after, in: .failed)
            #expect(failed.outcome?.hasPrefix("The branch requires no checks") == true)
            try await world.engine { $0.blocked?.contains("but the branch requires no checks. It is") == true }
        }
    }

    @Test("the checks that rulesets require are required, too, also for the doctor")
    func rulesets() async throws {
        try await withObserver(Self.requiring("required")) { world in
            world.gitHub.requireChecks(["test"])
            world.gitHub.setRulesets([["e2e"], ["lint", "e2e"]])
            let push = try await world.push(mem: 32)
            try await world.deployment(of: push.after) {
                $0.wait?.sentence == "0 of 3 checks passed, waiting for e2e, lint, test"
            }
            await world.gitHub.report("success", "lint", of: push.after)
            await world.gitHub.completeCheck("test", of: push.after)
            try await world.deployment(of: push.after) {
                $0.wait?.sentence == "2 of 3 checks passed, waiting for e2e"
            }
            await world.gitHub.completeCheck("e2e", of: push.after)
            try await world.deployment(of: push.after, in: .succeeded)
            world.gitHub.requireChecks(nil)
            let doctor = Doctor(
                configuration: .success(world.configuration), environment: [:], http: .shared, observer: nil)
            let finding = try #require(try await doctor.run().first { $0.check == .checks })
            #expect(finding.verdict == .ok && finding.text == "required: e2e, lint")
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test("a check that never reports is named when its time is over, and one that comes later is still deployed")
    func never() async throws {
        let setup = Self.requiring("build,e2e") { $0.flags[.checksTimeout] = "2" }
        try await withObserver(setup) { world in
            let push = try await world.push(mem: 32)
            await world.gitHub.completeCheck("build", of: push.after)
            let failed = try await world.deployment(of: push.after, in: .failed)
            #expect(failed.outcome == "Check e2e did not report within 2 seconds. Nothing was applied.")
            try await world.engine { $0.blocked?.contains("its checks did not complete in time. It is") == true }
            await world.gitHub.completeCheck("e2e", of: push.after)
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("a token that may not read checks is named with the permission that it lacks, also by the doctor")
    func permission() async throws {
        var setup = Self.requiring("all")
        let token = GitHubSimulator.Token(
            value: "github_pat_simulatedsimulatedsimulated00",
            kind: .fineGrained(permissions: ["contents": "read", "hooks": "write", "statuses": "write"]))
        setup.simulators.gitHub.tokens = [token]
        setup.token = token.value
        try await withObserver(setup) { world in
            let push = try await world.push(mem: 32)
            try await world.deployment(of: push.after) {
                $0.wait?.sentence.contains("the fine-grained token lacks the permission checks=read") == true
            }
            let doctor = Doctor(
                configuration: .success(world.configuration), environment: [:], http: .shared, observer: nil)
            let finding = try #require(try await doctor.run().first { $0.check == .checks })
            #expect(finding.verdict == .failure && finding.text.contains("checks=read"))
            #expect(finding.remedy?.contains("personal-access-tokens") == true)
        }
    }

    @Test("a restart continues to wait, and unchanged checks are read without cost")
    func restart() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            var setup = Self.requiring("e2e") { $0.stateDirectory = directory }
            let push = try await withObserver(setup, in: simulators) { world in
                let push = try await world.push(mem: 32)
                try await world.deployment(of: push.after) { $0.wait != nil }
                return push
            }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                try await world.log.wait(for: "Ping received: GitHub can reach")
                try await world.deployment(of: push.after) { $0.wait != nil }
                await world.gitHub.completeCheck("lint", of: push.after)
                await world.gitHub.completeCheck("e2e", of: push.after)
                try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }

    @Test("without the setting nothing is subscribed to and nothing is read")
    func off() async throws {
        try await withObserver { world in
            let push = try await world.push(mem: 32)
            await world.gitHub.completeCheck("e2e", of: push.after, "failure")
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(try #require(world.gitHub.hooks().first).events == ["push"])
            #expect(world.gitHub.requests(.get, "/repos/*/*/commits/*/check-runs").isEmpty)
        }
    }

    @Test("a rollback needs no checks, and a hold ends with the next push")
    func rollback() async throws {
        try await withObserver(Self.requiring("e2e")) { world in
            let good = try await world.push(mem: 32)
            await world.gitHub.completeCheck("e2e", of: good.after)
            let first = try await world.deployment(of: good.after, in: .succeeded)
            let bad = try await world.push(mem: 64)
            await world.gitHub.completeCheck("e2e", of: bad.after)
            let second = try await world.deployment(of: bad.after, in: .succeeded)
            await world.gitHub.completeCheck("e2e", of: good.after, "failure")
            _ = try await world.control().perform(.rollback(deployment: first.id, seenCurrent: second.id))
            _ = try await world.deployment(of: good.after, in: .succeeded, after: first.id)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 32)
        }
    }
}
