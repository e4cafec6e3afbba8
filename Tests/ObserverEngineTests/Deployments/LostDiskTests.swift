import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Decisions of operators after the disk was lost", .serialized)
struct LostDiskTests {
    /// Runs an observer, and after it another one with an empty disk.
    private func withLostDisk<Value: Sendable>(
        _ setup: ObserverSetup = ObserverSetup(), before: @escaping @Sendable (World) async throws -> Value,
        meanwhile: @escaping @Sendable (Simulators) -> Void = { _ in },
        after: @escaping @Sendable (World, Value) async throws -> Void
    ) async throws {
        try await withSimulators { simulators in
            let value = try await withObserver(setup, in: simulators, before)
            meanwhile(simulators)
            var second = setup
            second.waitsForHook = false
            second.flags[.poll] = "1"
            try await withObserver(second, in: simulators) { try await after($0, value) }
        }
    }

    /// Deploys two commits and rolls back to the first one.
    /// - Returns: The commit of the hold, which Marathon has stored.
    private func rollBack(in world: World, until end: HoldSummary.End) async throws -> CommitID {
        let first = try await world.deploy(mem: 32)
        let second = try await world.deploy(mem: 64)
        _ = try await world.control().perform(
            .rollback(deployment: first.id, seenCurrent: second.id, until: end))
        _ = try await world.deployment(of: first.commit.description, in: .succeeded, after: second.id)
        try await world.engine { $0.decisions == .saved }
        return first.commit
    }

    private static let memory = "/v2/apps/dploy-observer-decisions-*"

    @Test("deployments stay paused, and a push waits until an operator resumes")
    func paused() async throws {
        try await withLostDisk { world in
            try await world.deploy(mem: 32)
            let answer = try await world.control().perform(.pause()).result
            #expect(answer == "Paused. Deliveries are still accepted; deployments are queued until 'observer resume'.")
            let app = try #require(
                world.marathon.apps().first { $0.labels["DPLOY_OBSERVER"] == "mhausenblas/s4d:dcos" })
            #expect(app.instances == 0 && app.tasks.isEmpty && app.labels["DPLOY"] == nil)
            #expect(app.labels["DPLOY_OBSERVER_PAUSED"]?.hasPrefix("true ") == true)
        } after: { world, _ in
            try await world.engine { $0.isPaused && $0.decisions == .saved }
            try await world.log.wait(for: "Restored operator decision: deployments are paused.")
            try await world.gitHub.waitForHook()
            try await world.log.wait(for: "Ping received: GitHub can reach")
            let push = try await world.gitHub.push(files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)])
            try await world.deployment(of: push.after, in: .queued)
            #expect(world.applied().count == 1)
            _ = try await world.control().perform(.resume())
            try await world.deployment(of: push.after, in: .succeeded)
            let label = world.marathon.apps().compactMap { $0.labels["DPLOY_OBSERVER_PAUSED"] }.first
            #expect(label?.hasPrefix("false ") == true)
        }
    }

    @Test("during a restored pause, the apps and their drift are known by what Marathon runs")
    func running() async throws {
        try await withLostDisk { world in
            let run = try await world.deploy(mem: 32)
            _ = try await world.control().perform(.pause())
            return run.commit
        } after: { world, commit in
            try await world.engine { $0.isPaused && $0.decisions == .saved }
            let control = try await world.control()
            let report = try await control.apps()
            #expect(report.running?.id == commit.description, "\(report)")
            #expect(report.apps.map(\.id) == ["/helloworld"] && report.drifted.isEmpty)
            try await world.put("/helloworld", #"{"mem":64}"#)
            #expect(try await control.apps().drifted.map(\.id) == ["/helloworld"])
        }
    }

    @Test("a pause that has ended is not announced as restored")
    func resumed() async throws {
        try await withLostDisk { world in
            let control = try await world.control()
            _ = try await control.perform(.pause())
            _ = try await control.perform(.resume())
        } after: { world, _ in
            try await world.engine { $0.decisions == .saved }
            #expect(!world.log.contains("Restored operator decision"))
        }
    }

    @Test("the commit that was rolled back from is not deployed again, and the next push is")
    func rolledBack() async throws {
        try await withLostDisk(ObserverSetup { $0.flags[.prune] = "true" }) { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            _ = try await world.control().perform(.rollback(deployment: good.id, seenCurrent: bad.id))
            _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            let status = try await world.gitHub.waitForStatus("failure", of: bad.commit.description)
            #expect(status.description == "rolled back to \(good.commit.short)")
            return (good.commit, bad.commit)
        } after: { world, commits in
            let blocked = try await world.engine { $0.blocked != nil }
            #expect(blocked.heldAt == commits.0.description)
            #expect(
                blocked.blocked
                    == "Head \(commits.1.short) is not deployed: the branch is on hold at \(commits.0.short) "
                    + "(rollback by \(blocked.hold?.by ?? "")). Push again, or run 'observer resume' to end the hold.")
            #expect(try await world.deployments().isEmpty)
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == commits.0.description)
            try await world.log.wait(for: "Ping received: GitHub can reach")
            try await world.deploy(mem: 96)
            try await world.engine { $0.heldAt == nil && $0.decisions == .saved && $0.blocked == nil }
            #expect(
                world.marathon.apps().compactMap { $0.labels["DPLOY_OBSERVER_HELD_AT"] }.first?.hasPrefix("false ")
                    == true)
        }
    }

    @Test("a push that -paths skips on top of the commit that was left does not end the hold")
    func skipped() async throws {
        let setup = ObserverSetup { $0.flags[.paths] = "specs/**" }
        try await withLostDisk(setup) { world in
            let held = try await rollBack(in: world, until: .push)
            let docs = try await world.gitHub.push(files: ["docs/a": "1"])
            try await world.engine { $0.skipped?.hasPrefix("Head \(docs.after.shortCommit) needs no") == true }
            return (held, docs.after)
        } after: { world, commits in
            try await world.engine { $0.skipped?.hasPrefix("Head \(commits.1.shortCommit) needs no") == true }
            #expect(world.engine.status.engine.heldAt == commits.0.description)
            #expect(try await world.deployments().isEmpty)
        }
    }

    @Test("an operator who ends a restored hold gets the head deployed, although its status is that of the hold")
    func resumedHold() async throws {
        try await withLostDisk { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            _ = try await world.control().perform(
                .rollback(deployment: good.id, seenCurrent: bad.id, until: .resume))
            _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: bad.id)
            try await world.gitHub.waitForStatus("failure", of: bad.commit.description)
            try await world.engine { $0.decisions == .saved }
            return bad.commit
        } after: { world, head in
            try await world.engine { $0.hold != nil && $0.decisions == .saved }
            _ = try await world.control().perform(.resume(ending: .hold))
            let run = try await world.deployment(of: head.description, in: .succeeded)
            #expect(run.request.trigger == .resume)
        }
    }

    @Test("a push from before a rollback that GitHub delivers again is not deployed, and does not end the hold")
    func redelivered() async throws {
        try await withLostDisk { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            // GitHub's time of the push has whole seconds.
            try await Task.sleep(for: .milliseconds(1100))
            _ = try await world.control().perform(.rollback(deployment: good.id, seenCurrent: bad.id))
            _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            try await world.engine { $0.decisions == .saved }
            return (good.commit, bad.commit)
        } after: { world, commits in
            try await world.engine { $0.heldAt == commits.0.description && $0.decisions == .saved }
            try await world.log.wait(for: "Ping received: GitHub can reach")
            let sent = world.gitHub.deliveries().filter { $0.payload["after"] == .string(commits.1.description) }
            let push = try #require(sent.last)
            // The first webhook is the one of the lost task.
            let hook = try #require(world.gitHub.hooks().last)
            let outcome = await world.gitHub.deliver(
                event: "push", body: push.payload.bytes, secret: hook.secret, guid: push.guid, url: hook.url)
            #expect(outcome.answer?.status == 202, "\(outcome)")
            #expect(try await world.deployments().isEmpty)
            #expect(try await world.control().engine().heldAt == commits.0.description)
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == commits.0.description)
        }
    }

    @Test("another repository that took the name meanwhile is not deployed until an operator accepts it")
    func replacedRepository() async throws {
        try await withLostDisk { world in
            let own = try await world.deploy(mem: 32)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            _ = try await control.perform(.resume())
            try await world.engine { $0.decisions == .saved }
            return own.commit.description
        } meanwhile: {
            $0.gitHub.replaceRepository(id: 777)
        } after: { world, own in
            try await world.log.wait(for: "Restored the GitHub ID of the watched repository")
            try await world.log.wait(for: "its GitHub ID is 777")
            let strange = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], deliver: false)
            #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == own)
            let control = try await world.control()
            _ = try await control.perform(.acceptRepository(id: 777))
            try await world.deployment(of: strange.after, in: .succeeded)
            try await world.engine { $0.decisions == .saved }
            let labels = world.marathon.apps().compactMap { $0.labels["DPLOY_OBSERVER_REPOSITORY"] }
            #expect(labels.first?.hasPrefix("777 ") == true)
        }
    }

    @Test("a removed webhook stays removed")
    func removedHook() async throws {
        try await withLostDisk { world in
            try await world.log.wait(for: "Ping received: GitHub can reach")
            let hook = try await world.gitHub.waitForHook()
            _ = try await world.control().perform(.removeHook(id: hook.id))
        } after: { world, _ in
            try await world.log.wait(for: "Webhook was removed by an operator; not registering it")
            #expect(world.gitHub.hooks().isEmpty)
            _ = try await world.control().perform(.register)
            #expect(world.gitHub.hooks().count == 1)
            try await world.engine { $0.decisions == .saved }
        }
    }

    @Test("nothing is deployed or registered while Marathon can't be asked for them")
    func marathonAway() async throws {
        try await withLostDisk { world in
            try await world.deploy(mem: 32)
            let hook = try await world.gitHub.waitForHook()
            let control = try await world.control()
            _ = try await control.perform(.pause())
            _ = try await control.perform(.removeHook(id: hook.id))
            try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], deliver: false)
        } meanwhile: {
            $0.marathon.setLeaderless(true)
        } after: { world, _ in
            try await world.engine { $0.decisions == .unavailable }
            let control = try await world.control()
            try await world.hook { $0.problem?.hasPrefix("Waiting for the target") == true }
            // The poll has queued the head, and its deployment waits for Marathon.
            try await world.engine { $0.target?.condition == .unreachable }
            world.marathon.setLeaderless(false)
            try await world.engine { $0.isPaused && $0.decisions == .saved }
            try await world.log.wait(for: "Webhook was removed by an operator; not registering it")
            #expect(world.gitHub.hooks().isEmpty)
            #expect(world.applied().count == 1)
            _ = try await control.perform(.resume())
            try await world.marathon.wait(for: "the push") {
                $0.apps["/helloworld"]?.definition["mem"] == 64 ? true : nil
            }
        }
    }

    @Test("each branch has decisions of its own")
    func otherBranch() async throws {
        try await withSimulators { simulators in
            try await withObserver(in: simulators) { world in
                try await world.deploy(mem: 32)
                _ = try await world.control().perform(.pause())
            }
            var other = ObserverSetup()
            other.flags[.branch] = "staging"
            other.waitsForHook = false
            try await withObserver(other, in: simulators) { world in
                try await world.engine { $0.decisions == .saved }
                #expect(!world.engine.status.engine.isPaused)
                let control = try await world.control()
                _ = try await control.perform(.pause())
                _ = try await control.perform(.resume())
            }
            let paused = simulators.marathon.apps().compactMap { app in
                app.labels["DPLOY_OBSERVER"].map { "\($0) \(app.labels["DPLOY_OBSERVER_PAUSED"]?.prefix(5) ?? "")" }
            }
            #expect(paused.sorted() == ["mhausenblas/s4d:dcos true ", "mhausenblas/s4d:staging false"])
        }
    }

    @Test("while the decisions can't be read, resume ends nothing and reports that")
    func resumedBlindly() async throws {
        try await withLostDisk { world in
            try await rollBack(in: world, until: .resume)
        } meanwhile: { simulators in
            simulators.marathon.inject(Fault(.get, "/v2/apps*", effect: .status(503)))
        } after: { world, held in
            let control = try await world.control()
            let failure = try #require(try await refusal { try await control.perform(.resume()) })
            #expect(failure.status == 409 && failure.description.contains("not known yet"), "\(failure)")
            world.marathon.clearFaults()
            let engine = try await world.engine { $0.decisions == .saved }
            #expect(engine.hold?.commit == held && engine.hold?.until == .resume)
        }
    }

    @Test(
        "a push that arrives before a hold could be read ends it, unless only an operator ends it",
        arguments: [HoldSummary.End.push, .resume])
    func pushedBlindly(until end: HoldSummary.End) async throws {
        try await withLostDisk { world in
            try await rollBack(in: world, until: end)
        } meanwhile: { simulators in
            simulators.marathon.inject(Fault(.get, "/v2/apps*", effect: .status(503)))
        } after: { world, held in
            try await world.engine { $0.decisions == .unavailable }
            let push = try await world.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 96)], deliver: false)
            try await world.deployment(of: push.after) { _ in true }
            world.marathon.clearFaults()
            switch end {
            case .push:
                try await world.deployment(of: push.after, in: .succeeded)
                try await world.engine { $0.hold == nil && $0.decisions == .saved }
            case .resume:
                try await world.deployment(of: push.after) { $0.wait?.rule == .hold }
                let engine = try await world.engine { $0.decisions == .saved }
                #expect(engine.hold?.commit == held && engine.hold?.until == .resume)
                #expect(world.marathon.app("/helloworld")?.labels["DPLOY_COMMIT"] == held.description)
            }
        }
    }

    @Test("a Marathon that refuses to store them is reported once, and deployments continue")
    func readOnly() async throws {
        try await withObserver { world in
            world.marathon.inject(Fault(.put, Self.memory, effect: .status(403)))
            let control = try await world.control()
            let answer = try await control.perform(.pause()).result
            #expect(
                answer.hasSuffix("This decision is on this disk only until the target stores it; see the log."))
            #expect(try await control.engine().decisions == .unsaved)
            _ = try await control.perform(.resume())
            try await world.deploy(mem: 32)
            #expect(world.log.all.count { $0.contains("is stored on this disk only") } == 1)
        }
    }

    @Test("a database that is deleted at run time does not end a pause or a hold")
    func deletedWhileRunning() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            let control = try await world.control()
            _ = try await control.perform(.rollback(deployment: good.id, seenCurrent: bad.id))
            _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            _ = try await control.perform(.pause())
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(
                    atPath: world.configuration.state.directory + "/observer.sqlite" + suffix)
            }
            try await world.log.wait(for: "was deleted; created a new one")
            let state = try await world.engine { $0.decisions == .saved && $0.isPaused }
            #expect(state.heldAt == good.commit.description)
            #expect(world.applied().count == 3)
            #expect(try await world.deployments().allSatisfy { $0.stage != .succeeded })
        }
    }

    @Test("a pause that Marathon has not stored yet outlives a database that is deleted at run time")
    func deletedBeforeStored() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            try await world.deploy(mem: 32)
            world.marathon.setLeaderless(true)
            let answer = try await world.control().perform(.pause()).result
            #expect(answer.hasSuffix("This decision is on this disk only until the target stores it; see the log."))
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(
                    atPath: world.configuration.state.directory + "/observer.sqlite" + suffix)
            }
            let push = try await world.push(mem: 64)
            try await world.log.wait(for: "was deleted; created a new one")
            try await world.deployment(of: push.after) { _ in true }
            world.marathon.setLeaderless(false)
            try await world.engine { $0.isPaused && $0.decisions == .saved }
            try await world.deployment(of: push.after) { $0.wait?.rule == .pause }
            #expect(world.applied().count == 1)
        }
    }

    @Test("with a deploy command, the commit status keeps the rolled-back commit from being deployed")
    func deployCommand() async throws {
        let log = try temporaryDirectory() + "/commits"
        try await withLostDisk(ObserverSetup { $0.flags[.deployCommand] = "echo $DPLOY_COMMIT >> \(log)" }) { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            _ = try await world.control().perform(.rollback(deployment: good.id, seenCurrent: bad.id))
            _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            let status = try await world.gitHub.waitForStatus("failure", of: bad.commit.description)
            #expect(status.description == "rolled back to \(good.commit.short)")
            return [good, bad, good].map(\.commit.description)
        } after: { world, commits in
            let blocked = try await world.engine { $0.blocked != nil }
            #expect(blocked.blocked?.contains("GitHub shows that its deployment failed") == true)
            let ran = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
            #expect(ran == commits)
        }
    }
}
