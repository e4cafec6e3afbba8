import ComposeDouble
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("A push while an older one changes the target")
struct TargetChangeTests {
    /// In the log of the older one.
    fileprivate static let waits = "waits until this change is complete"

    private static func commands(_ change: (inout ObserverSetup) -> Void) -> ObserverSetup {
        ObserverSetup {
            $0.environment = ["PATH": "/usr/bin:/bin"]
            change(&$0)
        }
    }

    @Test("a rollback command runs to its end, and the outcome reports it")
    func rollbackCommand() async throws {
        try await fixDuringRollback(endingWith: "Rolled back; the rollback command succeeded.")
    }

    @Test("a rollback that only waits for health after its command gives way")
    func rollbackWaits() async throws {
        try await fixDuringRollback(endingWith: " during the rollback.") {
            $0.flags[.healthCommand] = "test ! -e broken"
        }
    }

    /// Pushes a fix while the rollback command of a broken commit runs.
    private func fixDuringRollback(
        endingWith end: String, _ change: (inout ObserverSetup) -> Void = { _ in }
    ) async throws {
        let gate = try CommandGate()
        let setup = Self.commands {
            $0.flags[.deployCommand] = "test ! -e broken"
            $0.flags[.rollbackCommand] = "\(gate.command); echo restored"
            $0.stallTimeout = .seconds(1)
            change(&$0)
        }
        try await withObserver(setup) { world in
            let failed = try await world.push(["broken": ""], then: ["broken": nil, "fixed": ""], at: gate)
            #expect(failed.stage == .failed)
            #expect(failed.outcome?.hasSuffix(end) == true, "\(failed.outcome ?? "")")
            #expect(try await world.journal(of: failed).contains("output restored"))
        }
    }

    @Test("one that gives way in the moment in which it stores the end of its rollback is announced once, as failed")
    func givesWayBeforeItStores() async throws {
        let gate = try CommandGate()
        let setup = Self.commands {
            $0.flags[.deployCommand] = "test ! -e broken"
            $0.flags[.rollbackCommand] = gate.command
        }
        try await withObserver(setup) { world in
            let store = world.engine.store
            let broken = try await world.gitHub.push(files: ["broken": ""])
            try await gate.reached()
            let running = try await world.deployment(of: broken.after, in: .waiting)
            let announcements = store.feed.changes { if case .announced = $0 { true } else { false } }
            let fix = try await world.gitHub.push(files: ["broken": nil, "fixed": ""])
            let newer = try await world.deployment(of: fix.after, in: .queued)
            #expect(try await store.supersedeStalled(running, by: newer) != nil)
            try gate.open()
            let announced = try await withTimeout(.testTimeout) {
                var announced: [Int64] = []
                for await case .announced(let id) in announcements {
                    announced.append(id)
                    if id == newer.id { break }
                }
                return announced
            }
            #expect(announced == [running.id, newer.id])
            let failed = try await world.end(of: broken.after)
            #expect(failed.stage == .failed)
            #expect(failed.outcome?.hasSuffix(" during the rollback.") == true, "\(failed.outcome ?? "")")
            #expect(try await world.journal(of: failed).contains { $0.hasPrefix("superseded by deployment") })
        }
    }

    @Test("an after command runs to its end, and the deployment, which was healthy before, succeeds")
    func afterCommand() async throws {
        let gate = try CommandGate()
        let setup = Self.commands {
            $0.flags[.deployCommand] = "true"
            $0.flags[.afterCommand] = "test ! -e gated || { \(gate.command); }"
            // Every deployment counts as stalled at once.
            $0.stallTimeout = .zero
        }
        try await withObserver(setup) { world in
            let run = try await world.push(["gated": ""], then: ["gated": nil, "other": ""], at: gate)
            #expect(run.stage == .succeeded && run.outcome == "the deploy command succeeded", "\(run.outcome ?? "")")
        }
    }

    @Test("Compose, which starts the last success again, runs to its end; then the newer one takes its place")
    func compose() async throws {
        var setup = ObserverSetup.timeout(10)
        setup.stallTimeout = .seconds(1)
        try await withCompose(setup) { world, double in
            try await world.deploy(ComposeFile.site().files)
            let broken = #""image": "web:2", "restart": "always", "x-double": "restarting""#
            let bad = try await world.gitHub.push(files: ComposeFile.site(web: broken).files)
            try await world.deployment(of: bad.after, in: .waiting)
            try double.set(.held)
            try await withTimeout(.testTimeout) {
                while double.calls.last != "up -d" { try await Task.sleep(for: .milliseconds(10)) }
            }
            let fix = try await world.gitHub.push(files: ComposeFile.site(web: #""image": "web:3""#).files)
            try await world.log.wait(for: Self.waits)
            try double.set(nil)
            let failed = try await world.end(of: bad.after)
            #expect(failed.stage == .failed)
            #expect(failed.outcome?.hasSuffix(" during the rollback.") == true, "\(failed.outcome ?? "")")
            let journal = try await world.journal(of: failed)
            let starts = journal.filter { $0.contains("s4d-web-1") && $0.hasSuffix("Started") }
            #expect(starts.count == 2, "\(journal)")
            try await world.deployment(of: fix.after, in: .succeeded)
            #expect(try double.containers(of: "web").map(\.imageName) == ["web:3"])
            #expect(double.overlaps.isEmpty)
        }
    }

    @Test("a rollback in Marathon gives way once its ID is recorded, by which the newer one recognizes its lock")
    func marathon() async throws {
        let tree: @Sendable (Int) -> [String: String?] = { mem in
            ["dploy.app": Files.descriptor, "specs/web.json": Files.app("web", mem: mem, healthCheck: true)]
        }
        var setup = ObserverSetup.timeout(10)
        setup.stallTimeout = .seconds(1)
        try await withObserver(setup) { world in
            let gate = AnswerGate()
            try await world.deploy(tree(32))
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            world.marathon.inject(Fault(.delete, "/v2/deployments*", times: 1, effect: .hold(gate)))
            let bad = try await world.gitHub.push(files: tree(64))
            try await gate.holding()
            world.marathon.setBehaviour(.healthy(after: .milliseconds(100)), of: "/web")
            let fix = try await world.gitHub.push(files: tree(96))
            try await world.log.wait(for: Self.waits)
            gate.open()
            let failed = try await world.end(of: bad.after)
            #expect(failed.stage == .failed && failed.externalIDs.count > 1, "\(failed.outcome ?? "")")
            try await world.deployment(of: fix.after, in: .succeeded)
        }
    }

    @Test("no newer deployment takes its place until the change is complete, nor once it ends by itself")
    func recorder() async throws {
        try await withStore { store in
            let running = try await store.run(1, to: .waiting)
            let log = DeploymentLogWriter(deployment: running.id, store: store, logger: .silent)
            let newer = try await store.enqueue(try Sample.request(2))
            let settled = DeploymentRecorder(running, log: log, store: store)
            try await settled.settle()
            #expect(try await settled.giveWay(to: newer) == nil)
            let recorder = DeploymentRecorder(running, log: log, store: store)
            try await recorder.changingTarget {
                let taken = try await recorder.giveWay(to: newer)
                #expect(taken == nil)
            }
            #expect(try await recorder.giveWay(to: newer)?.id == newer.id)
        }
    }
}

extension World {
    /// Pushes a commit, and a second one while a command of the first one waits at the gate, which then opens.
    /// - Returns: The first deployment, once it has ended and the second one has succeeded.
    fileprivate func push(
        _ older: [String: String?], then newer: [String: String?], at gate: CommandGate
    ) async throws -> Deployment {
        let first = try await gitHub.push(files: older)
        try await gate.reached()
        let second = try await gitHub.push(files: newer)
        try await log.wait(for: TargetChangeTests.waits)
        try gate.open()
        let ended = try await end(of: first.after)
        try await deployment(of: second.after, in: .succeeded)
        return ended
    }
}
