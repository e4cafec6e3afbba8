import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Deployments that wait for approval")
struct ApprovedDeploymentTests {
    private static func asking(
        _ scope: String, _ change: (inout ObserverSetup) -> Void = { _ in }
    ) -> ObserverSetup {
        ObserverSetup {
            $0.flags[.approve] = scope
            change(&$0)
        }
    }

    /// Deploys an app, and pushes a change that restarts it.
    private static func pushRestart(in world: World) async throws -> (GitHubSimulator.Push, Deployment) {
        try await world.deploy(mem: 32)
        try await world.marathon.waitUntilReady("/helloworld")
        let push = try await world.push(mem: 64)
        let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
        return (push, waiting)
    }

    @Test("a plan that restarts an app waits, shows itself, and is applied once it is approved")
    func approved() async throws {
        try await withObserver(Self.asking("changes")) { world in
            let (push, waiting) = try await Self.pushRestart(in: world)
            #expect(waiting.stage == .queued && waiting.startedAt == nil)
            #expect(waiting.wait == DeploymentWait(.approval, "needs approval: /helloworld restarts"))
            #expect(world.applied().count == 1)
            let control = try await world.control()
            let detail = try await control.deployment(waiting.id)
            #expect(detail.changes.first?.fields.map(\.path) == ["/mem"])
            let status = try await world.gitHub.waitForStatus("pending", of: push.after)
            #expect(status.description?.isEmpty == false)
            let plan = try #require(detail.summary.plan)
            let wrong = try await refusal { try await control.perform(.approve(deployment: waiting.id, plan: "x")) }
            #expect(wrong?.status == 409)
            _ = try await control.perform(.approve(deployment: waiting.id, plan: plan))
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.id == waiting.id && run.request.approval?.by.isEmpty == false)
            #expect(try await world.journal(of: run).contains { $0.hasPrefix("approved by ") })
            let again = try await refusal { try await control.perform(.approve(deployment: run.id, plan: plan)) }
            #expect(again?.status == 409)
        }
    }

    @Test("a rejected plan is not applied, and not deployed again until the branch moves")
    func rejected() async throws {
        try await withObserver(Self.asking("changes")) { world in
            let (push, waiting) = try await Self.pushRestart(in: world)
            let control = try await world.control()
            _ = try await control.perform(.reject(deployment: waiting.id, reason: "wait for the migration"))
            let ended = try await world.deployment(of: push.after, in: .cancelled)
            #expect(ended.outcome?.hasPrefix("Rejected by ") == true)
            #expect(ended.outcome?.hasSuffix(": wait for the migration. Nothing was applied.") == true)
            #expect(try await world.journal(of: ended).last == "cancelled \(ended.outcome ?? "")")
            try await world.gitHub.waitForStatus("failure", of: push.after)
            try await world.engine { $0.blocked != nil }
            #expect(world.applied().count == 1)
        }
    }

    @Test("if the target has changed since the approved plan was made, it asks again and shows the difference")
    func changed() async throws {
        try await withObserver(Self.asking("changes")) { world in
            let (push, waiting) = try await Self.pushRestart(in: world)
            let control = try await world.control()
            let plan = try #require(try await control.deployment(waiting.id).summary.plan)
            try world.marathon.scale("/helloworld", to: 3)
            try await world.marathon.waitUntilReady("/helloworld")
            _ = try await control.perform(.approve(deployment: waiting.id, plan: plan))
            let asking = try await world.deployment(of: push.after) {
                $0.wait?.sentence.hasPrefix("the target has changed since the approved plan was made; ") == true
            }
            #expect(asking.id == waiting.id)
            let difference = try await world.journal(of: asking).filter {
                $0.hasPrefix("changed /helloworld would now be changed differently: ")
            }
            #expect(difference.count == 1)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 32)
            let newPlan = try #require(try await control.deployment(waiting.id).summary.plan)
            #expect(newPlan != plan)
            let old = try await refusal { try await control.perform(.approve(deployment: waiting.id, plan: plan)) }
            #expect(old?.status == 409)
            _ = try await control.perform(.approve(deployment: waiting.id, plan: newPlan))
            try await world.deployment(of: push.after, in: .succeeded)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 64)
        }
    }

    @Test("what someone changes while the approved deployment waits for a lock has to be approved, too")
    func changedWhileLocked() async throws {
        try await withObserver(Self.asking("changes")) { world in
            let (push, waiting) = try await Self.pushRestart(in: world)
            let lock = world.marathon.lock("/helloworld")
            let control = try await world.control()
            let plan = try #require(try await control.deployment(waiting.id).summary.plan)
            _ = try await control.perform(.approve(deployment: waiting.id, plan: plan))
            try await world.marathon.request { $0.method == .put && $0.status == 409 }
            world.marathon.createApp(["id": "/helloworld", "cmd": "by hand", "labels": ["DPLOY": "s4d"]])
            world.marathon.unlock(lock)
            let asking = try await world.deployment(of: push.after) {
                $0.stage == .queued && $0.wait?.rule == .approval && $0.startedAt == nil
            }
            #expect(asking.id == waiting.id)
            #expect(world.marathon.app("/helloworld")?.definition["cmd"] == "by hand")
        }
    }

    @Test("a newer push supersedes a plan that waits, and an approval does not cover it")
    func superseded() async throws {
        try await withObserver(Self.asking("changes")) { world in
            let (push, _) = try await Self.pushRestart(in: world)
            let newer = try await world.push(mem: 96)
            try await world.deployment(of: newer.after) { $0.wait?.rule == .approval }
            try await world.deployment(of: push.after, in: .superseded)
            #expect(world.applied().count == 1)
        }
    }

    @Test("a new app needs no approval, unless every deployment does")
    func scopes() async throws {
        try await withObserver(Self.asking("changes")) { world in
            let run = try await world.deploy(mem: 32)
            #expect(run.request.approval == nil)
        }
        try await withObserver(Self.asking("always")) { world in
            let push = try await world.push(mem: 32)
            try await world.deployment(of: push.after) {
                $0.wait == DeploymentWait(.approval, "needs approval")
            }
            #expect(world.applied().isEmpty)
        }
    }

    @Test("the changes of a deploy command are not known, so it needs an approval; one survives a restart")
    func command() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            var setup = Self.asking("changes") {
                $0.flags[.deployCommand] = "echo $DPLOY_COMMIT >> \(directory)/commits"
                $0.stateDirectory = directory
            }
            let push = try await withObserver(setup, in: simulators) { world in
                let push = try await world.push(mem: 32)
                try await world.deployment(of: push.after) { $0.wait?.rule == .approval }
                return push
            }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                let waiting = try await world.deployment(of: push.after) { $0.wait?.rule == .approval }
                #expect(!FileManager.default.fileExists(atPath: directory + "/commits"))
                let control = try await world.control()
                let plan = try #require(try await control.deployment(waiting.id).summary.plan)
                _ = try await control.perform(.approve(deployment: waiting.id, plan: plan))
                try await world.deployment(of: push.after, in: .succeeded)
            }
            let ran = try String(contentsOfFile: directory + "/commits", encoding: .utf8)
            #expect(ran == push.after + "\n")
        }
    }

    @Test("with -approve-others, the pusher may not approve, and another operator may")
    func others() async throws {
        let setup = Self.asking("always") {
            $0.environment["DPLOY_OBSERVER_ADMIN_TOKEN"] = ObserverSetup.adminToken
            $0.flags[.approveOthers] = "true"
            $0.simulators.gitHub.pusher.login = "admin"
        }
        try await withObserver(setup) { world in
            let push = try await world.push(mem: 32)
            let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
            let pusher = try await world.control(over: .tcp)
            let plan = try #require(try await pusher.deployment(waiting.id).summary.plan)
            let refused = try await refusal {
                try await pusher.perform(.approve(deployment: waiting.id, plan: plan))
            }
            #expect(refused?.status == 422)
            #expect(refused?.description.contains("someone else must approve it") == true)
            let shown = try await pusher.deployment(waiting.id).approvalRefusal
            #expect(shown?.hasSuffix("someone else must approve it.") == true)
            #expect(try await world.control().deployment(waiting.id).approvalRefusal == nil)
            _ = try await world.control().perform(.approve(deployment: waiting.id, plan: plan))
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("with -approve-others, the committer may not approve where no delivery reported the push")
    func committer() async throws {
        let setup = Self.asking("always") {
            $0.environment["DPLOY_OBSERVER_ADMIN_TOKEN"] = ObserverSetup.adminToken
            $0.flags[.approveOthers] = "true"
            $0.flags[.poll] = "1"
            $0.simulators.gitHub.pusher.login = "admin"
        }
        try await withObserver(setup) { world in
            let push = try await world.push(mem: 32, deliver: false)
            let waiting = try await world.deployment(of: push.after) { $0.wait?.rule == .approval }
            #expect(waiting.request.trigger == .poll)
            let pusher = try await world.control(over: .tcp)
            let plan = try #require(try await pusher.deployment(waiting.id).summary.plan)
            let refused = try await refusal {
                try await pusher.perform(.approve(deployment: waiting.id, plan: plan))
            }
            #expect(refused?.description.contains("admin pushed \(waiting.commit.short)") == true)
            _ = try await world.control().perform(.approve(deployment: waiting.id, plan: plan))
            try await world.deployment(of: push.after, in: .succeeded)
        }
    }

    @Test("a rollback needs no approval")
    func rollback() async throws {
        try await withObserver(Self.asking("changes")) { world in
            let (push, waiting) = try await Self.pushRestart(in: world)
            let control = try await world.control()
            let plan = try #require(try await control.deployment(waiting.id).summary.plan)
            _ = try await control.perform(.approve(deployment: waiting.id, plan: plan))
            let second = try await world.deployment(of: push.after, in: .succeeded)
            let first = try #require(try await world.deployments().last)
            _ = try await control.perform(.rollback(deployment: first.id, seenCurrent: second.id))
            _ = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 32)
        }
    }
}
