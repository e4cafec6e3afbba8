import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Pause, cancel and roll back")
struct PauseTests {
    @Test("a paused observer takes deliveries, deploys nothing, also after a restart, and goes on when told to")
    func pausesOverRestart() async throws {
        try await withSimulators { simulators in
            var setup = ObserverSetup()
            setup.stateDirectory = try temporaryDirectory()
            let commit = try await withObserver(setup, in: simulators) { world in
                let control = try await world.control()
                _ = try await control.perform(.pause)
                #expect(try await control.engine().isPaused)
                let push = try await world.gitHub.push(files: Files.helloWorld)
                #expect(push.answer?.status == 202)
                return push.after
            }
            try await withObserver(setup, in: simulators) { world in
                let control = try await world.control()
                #expect(try await control.engine().isPaused)
                #expect(try await world.deployments().map(\.stage) == [.queued])
                #expect(world.marathon.requests(.put, "/v2/apps").isEmpty)
                _ = try await control.perform(.resume)
                #expect(try await !control.engine().isPaused)
                try await world.deployment(of: commit, in: .succeeded)
            }
        }
    }

    @Test("a cancelled deployment that waits is never begun")
    func cancelsWaiting() async throws {
        try await withObserver { world in
            let control = try await world.control()
            _ = try await control.perform(.pause)
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let waiting = try #require(try await control.deployments().first)
            _ = try await control.perform(.cancel(deployment: waiting.id))
            _ = try await control.perform(.resume)
            let cancelled = try await world.deployment(of: push.after, in: .failed)
            #expect(cancelled.outcome == Deployment.cancelledOutcome && cancelled.startedAt == nil)
        }
    }

    @Test("a cancelled deployment that runs ends, and leaves Marathon alone")
    func cancelsRunning() async throws {
        try await withObserver { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/helloworld")
            let control = try await world.control()
            let files: [String: String?] = [
                "dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", healthCheck: true),
            ]
            let push = try await world.gitHub.push(files: files)
            let running = try await world.deployment(of: push.after, in: .waiting)
            _ = try await control.perform(.cancel(deployment: running.id))
            let cancelled = try await world.deployment(of: push.after, in: .failed)
            #expect(cancelled.outcome == Deployment.cancelledOutcome)
            #expect(world.marathon.requests(.delete, "/v2/*").isEmpty)
        }
    }

    @Test("a rollback deploys the earlier commit and holds the branch there until the next push")
    func rollsBack() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            _ = try await control.perform(.rollback(deployment: good.id, seenCurrent: bad.id))
            let back = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            #expect(back.request.trigger == .rollback)
            #expect(try await control.engine().heldAt == good.commit.description)
            #expect(world.marathon.app("/helloworld")?.definition["mem"] == 32)
            try await world.deploy(mem: 96)
            #expect(try await control.engine().heldAt == nil)
        }
    }

    @Test("whoever deploys the head lifts the hold of a rollback")
    func deployingTheHeadLiftsHold() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let good = try await world.deploy(mem: 32)
            let head = try await world.deploy(mem: 64)
            _ = try await control.perform(.rollback(deployment: good.id, seenCurrent: head.id))
            let back = try await world.deployment(of: good.commit.description, in: .succeeded, after: good.id)
            _ = try await control.perform(.deploy(commit: nil, force: false))
            _ = try await world.deployment(of: head.commit.description, in: .succeeded, after: back.id)
            #expect(try await control.engine().heldAt == nil)
        }
    }

    @Test("a rollback is refused where a deployment has come since the person looked")
    func movedOn() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let good = try await world.deploy(mem: 32)
            let seen = try await world.deploy(mem: 64)
            let newer = try await world.deploy(mem: 96)
            let refusal = try await refusal {
                try await control.perform(.rollback(deployment: good.id, seenCurrent: seen.id))
            }
            #expect(refusal?.status == 409)
            #expect(refusal?.description.contains("Deployment \(newer.id) (\(newer.commit.short))") == true)
            #expect(try await control.engine().heldAt == nil)
        }
    }
}

extension World {
    /// Waits until a deployment of the commit that came after another one is in a stage.
    func deployment(
        of commit: String, in stage: Deployment.Stage, after id: Int64
    ) async throws -> Deployment {
        let signals = engine.store.feed.signals { if case .deployment = $0 { true } else { false } }
        let find = { @Sendable in
            try await deployments().first { $0.commit.description == commit && $0.id > id && $0.stage == stage }
        }
        return try await withTimeout(.testTimeout) {
            if let found = try await find() { return found }
            for await _ in signals { if let found = try await find() { return found } }
            throw CancellationError()
        }
    }
}
