import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Pauses and holds with a reason, an author and an end", .serialized)
struct PausedDeploymentTests {
    @Test("a push waits and shows why, and a pause that has reached its end is over")
    func ends() async throws {
        try await withObserver { world in
            try await world.deploy(mem: 32)
            let control = try await world.control()
            let end = Date() + Double(3 * Slowness.factor)
            let answer = try await control.perform(.pause(reason: "database migration", until: end))
            #expect(answer.result.contains("until \(end.rfc3339) or 'observer resume'"))
            let pause = try #require(try await control.engine().pause)
            #expect(pause.reason == "database migration" && pause.by != nil && pause.since != nil)
            #expect(pause.until?.isClose(to: end) == true)
            let push = try await world.push(mem: 64)
            let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
            let sentence = waiting.wait?.sentence ?? ""
            #expect(waiting.stage == .queued && waiting.wait?.rule == .pause)
            #expect(sentence.hasPrefix("deployments are paused by \(pause.by ?? "") until 2"), "\(sentence)")
            #expect(sentence.hasSuffix("Z: database migration"), "\(sentence)")
            #expect(waiting.wait?.until?.isClose(to: pause.until) == true)
            let status = try await world.gitHub.waitForStatus("pending", of: push.after)
            #expect(status.description == "Waiting: \(sentence)")
            #expect(try await world.journal(of: waiting).contains("waiting \(sentence)"))
            #expect(world.gitHub.requests(.get, "/repos/*/*/tarball/\(push.after)").isEmpty)
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.wait == nil && Date() >= end)
            #expect(try await control.engine().pause == nil)
            try await world.log.wait(for: "The pause has ended")
        }
    }

    @Test("a pause ends in time also if nothing waits for its end")
    func endsWithoutPush() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let end = Date() + Double(2 * Slowness.factor)
            _ = try await control.perform(.pause(until: end))
            try await world.engine { $0.isPaused }
            try await world.engine { !$0.isPaused }
            #expect(Date() >= end && Date() < end + Double(20 * Slowness.factor))
        }
    }

    @Test("a newer push supersedes a waiting push, and is deployed alone")
    func superseded() async throws {
        try await withObserver { world in
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let first = try await world.push(mem: 32)
            let second = try await world.push(mem: 64)
            try await world.deployment(of: first.after, in: .superseded)
            _ = try await control.perform(.resume())
            try await world.deployment(of: second.after, in: .succeeded)
            #expect(world.applied().count == 1)
        }
    }

    @Test("an operator with a reason deploys during a pause, which continues")
    func override() async throws {
        try await withObserver { world in
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let push = try await world.push(mem: 32)
            try await world.deployment(of: push.after) { $0.wait != nil }
            _ = try await control.perform(.deploy(commit: nil, force: false, override: "outage"))
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.request.override == "outage" && run.request.requestedBy != nil)
            #expect(try await control.deployment(run.id).summary.override == "outage")
            #expect(try await control.engine().isPaused)
        }
    }

    @Test("the end of a pause must be in the future, and a reason must not be empty")
    func refused() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let past = try await refusal { try await control.perform(.pause(until: Date() - 1)) }
            #expect(past?.status == 422)
            let year = try await refusal { try await control.perform(.pause(until: Date() + 400 * 86_400)) }
            #expect(year?.description.contains("more than a year") == true, "\(year?.description ?? "")")
            let blank = try await refusal { try await control.perform(.pause(reason: " ")) }
            #expect(blank?.status == 400)
            let deploy = try await refusal {
                try await control.perform(.deploy(commit: nil, force: false, override: ""))
            }
            #expect(deploy?.status == 400)
            #expect(try await !control.engine().isPaused)
        }
    }

    @Test(
        "a rollback that only an operator ends holds the branch: pushes wait until then, and a newer one replaces them")
    func heldUntilResumed() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            let answer = try await control.perform(
                .rollback(deployment: good.id, seenCurrent: bad.id, until: .resume, reason: "slow queries"))
            #expect(answer.result.hasSuffix("pushes stay queued."))
            _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            let first = try await world.push(mem: 96)
            let waiting = try await world.deployment(of: first.after) { $0.wait != nil }
            #expect(waiting.wait?.rule == .hold)
            let hold = try #require(try await control.engine().hold)
            #expect(hold.commit == good.commit && hold.until == .resume && hold.reason == "slow queries")
            #expect(hold.by != nil && hold.since != nil)
            #expect(hold.summary.hasSuffix(": slow queries)"))
            let second = try await world.push(mem: 128)
            try await world.deployment(of: second.after) { $0.wait?.rule == .hold }
            try await world.deployment(of: first.after, in: .superseded)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 32)
            _ = try await control.perform(.resume())
            try await world.deployment(of: second.after, in: .succeeded)
            #expect(try await control.engine().hold == nil)
        }
    }

    @Test("reason, author and end of a pause and a hold outlive the disk, and an end that has passed meanwhile counts")
    func lostDisk() async throws {
        try await withSimulators { simulators in
            let before = try await withObserver(in: simulators) { world in
                let control = try await world.control()
                let good = try await world.deploy(mem: 32)
                let bad = try await world.deploy(mem: 64)
                _ = try await control.perform(
                    .rollback(deployment: good.id, seenCurrent: bad.id, until: .resume, reason: "slow queries"))
                _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
                _ = try await control.perform(.pause())
                let since = try await control.engine().pause?.since
                let answer = try await control.perform(.pause(reason: "night", until: Date() + 3600))
                #expect(answer.result.hasPrefix("Pause changed: "))
                let state = try await control.engine()
                #expect(state.pause?.since?.isClose(to: since) == true && state.pause?.changedBy == state.pause?.by)
                return state
            }
            var setup = ObserverSetup { $0.waitsForHook = false }
            setup.flags[.poll] = "1"
            let end = try await withObserver(setup, in: simulators) { world in
                let after = try await world.engine { $0.isPaused && $0.decisions == .saved }
                #expect(after.pause?.reason == "night" && after.pause?.by == before.pause?.by)
                #expect(after.pause?.until?.isClose(to: before.pause?.until) == true)
                #expect(after.pause?.since?.isClose(to: before.pause?.since) == true)
                #expect(after.pause?.changedAt?.isClose(to: before.pause?.changedAt) == true)
                #expect(after.pause?.changedBy == before.pause?.changedBy)
                #expect(after.hold?.until == .resume && after.hold?.reason == "slow queries")
                #expect(after.hold?.by == before.hold?.by)
                let end = Date() + Double(3 * Slowness.factor)
                _ = try await world.control().perform(.pause(reason: "short", until: end))
                try await world.engine { $0.pause?.reason == "short" && $0.decisions == .saved }
                return end
            }
            try await Task.sleep(for: .seconds(max(0, end.timeIntervalSinceNow)))
            try await withObserver(setup, in: simulators) { world in
                try await world.engine { !$0.isPaused && $0.decisions == .saved && $0.hold != nil }
                let push = try await world.push(mem: 96)
                try await world.deployment(of: push.after) { $0.wait?.rule == .hold }
                _ = try await world.control().perform(.resume())
                try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }
}

extension World {
    /// Pushes the spec of one app.
    @discardableResult
    func push(mem: Int, id: String = "helloworld", deliver: Bool = true) async throws -> GitHubSimulator.Push {
        try await gitHub.push(
            files: ["dploy.app": Files.descriptor, "specs/\(id).json": Files.app(id, mem: mem)], deliver: deliver)
    }
}

extension Date {
    /// Whether both are the same millisecond: one place that stores it rounds up where another rounds down.
    fileprivate func isClose(to other: Date?) -> Bool {
        other.map { abs(timeIntervalSince($0)) < 0.01 } ?? false
    }
}
