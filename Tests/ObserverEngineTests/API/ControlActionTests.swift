import ObserverEngine
import Simulators
import Testing

@Suite("Control actions")
struct ControlActionTests {
    @Test("deploying the head again with force includes unchanged apps", arguments: ControlTransport.allCases)
    func deploysHead(transport: ControlTransport) async throws {
        try await withObserver(.administered) { world in
            let control = try await world.control(over: transport)
            let first = try await world.deploy()
            let result = try await control.perform(.deploy(commit: nil, force: true))
            #expect(
                result
                    == ActionAnswer(
                        "Deployment \(first.id + 1) of \(first.commit.short) queued.", deployment: first.id + 1))
            let second = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(second.id == first.id + 1 && second.request.trigger == .operator)
            #expect(world.marathon.requests(.put, "/v2/apps").count == 2)
        }
    }

    @Test("deploying an older commit holds the branch there until the head is deployed")
    func deploysOlder() async throws {
        try await withObserver(ObserverSetup { $0.flags[.poll] = "1" }) { world in
            let control = try await world.control()
            let first = try await world.deploy(mem: 32)
            let second = try await world.deploy(mem: 64)
            let result = try await control.perform(.deploy(commit: first.commit.description, force: false))
            #expect(result.deployment == second.id + 1)
            #expect(result.result.contains("Automatic deployments are on hold until the next push"))
            let hold = try await control.engine().hold
            #expect(hold?.cause == .deploy && hold?.deployment == second.id + 1)
            _ = try await world.deployment(of: first.commit.description, in: .succeeded, after: second.id)
            #expect(try await control.engine().heldAt == first.commit.description)
            try await world.log.wait(for: "Head \(second.commit.short) is not deployed: the branch is on hold at")
            _ = try await control.perform(.deploy(commit: nil, force: false))
            _ = try await world.deployment(of: second.commit.description, in: .succeeded, after: second.id)
            #expect(try await control.engine().heldAt == nil)
            #expect(try await world.deployments().count == 4)
        }
    }

    @Test("a replayed delivery is deployed again")
    func replays() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let first = try await world.deploy()
            let id = try #require(first.request.delivery)
            let answer = try await control.perform(.replay(delivery: id))
            #expect(answer.deployment == first.id + 1)
            let second = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(second.id > first.id && second.request.delivery == id)
        }
    }

    @Test("a rejected delivery can't be replayed, because it is not stored")
    func rejectedReplay() async throws {
        try await withObserver { world in
            _ = await world.gitHub.deliver(event: "push", body: Array("{}".utf8), secret: "wrong")
            let refusal = try await refusal { try await world.control().perform(.replay(delivery: -1)) }
            #expect(refusal?.status == 422)
            #expect(
                refusal?.description
                    == "Delivery -1 was rejected. Rejected deliveries are not stored and can't be replayed.")
        }
    }

    @Test("an impossible action is refused and changes nothing")
    func impossible() async throws {
        try await withObserver { world in
            let control = try await world.control()
            let deployed = try await world.deploy()
            let ping = try #require(try await control.deliveries(verdict: .ping).first)
            let refused: [(ControlAction, Int)] = [
                (.deploy(commit: "abc", force: false), 422), (.deploy(commit: "a b", force: false), 422),
                (.replay(delivery: ping.id), 422),
                (.replay(delivery: 4711), 404), (.rollback(deployment: 4711, seenCurrent: nil), 404),
                (.cancel(deployment: 4711), 404), (.cancel(deployment: deployed.id), 409),
                (.removeHook(id: 4711), 409), (.rollback(deployment: deployed.id, seenCurrent: 4711), 409),
            ]
            for (action, status) in refused {
                let refusal = try await refusal { try await control.perform(action) }
                #expect(refusal?.status == status, "\(action): \(String(describing: refusal))")
            }
            #expect(try await world.deployments().count == 1)
            #expect(world.gitHub.hooks().count == 1)
        }
    }

    @Test("a removed webhook stays removed after a restart, until it is registered again")
    func removesHook() async throws {
        try await withSimulators { simulators in
            var setup = ObserverSetup()
            let directory = try temporaryDirectory()
            setup.stateDirectory = directory
            try await withObserver(setup, in: simulators) { world in
                let control = try await world.control()
                let id = try #require(try await control.hook().id)
                _ = try await control.perform(.removeHook(id: id))
                #expect(world.gitHub.hooks().isEmpty)
                #expect(try await control.hook().registration == .removed)
            }
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                try await world.hook(is: .removed)
                #expect(world.gitHub.hooks().isEmpty)
                let control = try await world.control()
                _ = try await control.perform(.register)
                #expect(world.gitHub.hooks().count == 1)
                #expect(try await control.hook().registration == .registered)
                #expect(try await control.perform(.ping).result.contains("Ping received: GitHub can reach"))
            }
        }
    }
}

@Suite("Pause, cancel and rollback")
struct PauseTests {
    @Test("a paused observer accepts deliveries but deploys nothing until it is resumed, even after a restart")
    func pausesAcrossRestart() async throws {
        try await withSimulators { simulators in
            var setup = ObserverSetup()
            setup.stateDirectory = try temporaryDirectory()
            let commit = try await withObserver(setup, in: simulators) { world in
                let control = try await world.control()
                _ = try await control.perform(.pause())
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
                _ = try await control.perform(.resume())
                #expect(try await !control.engine().isPaused)
                try await world.deployment(of: commit, in: .succeeded)
            }
        }
    }

    @Test("a queued deployment that is cancelled never starts")
    func cancelsQueued() async throws {
        try await withObserver { world in
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let queued = try #require(try await control.deployments().first)
            _ = try await control.perform(.cancel(deployment: queued.id))
            _ = try await control.perform(.resume())
            let cancelled = try await world.deployment(of: push.after, in: .cancelled)
            #expect(cancelled.outcome == "Cancelled by \(try await world.user()). It had not started.")
            #expect(cancelled.startedAt == nil)
            #expect(try await world.journal(of: cancelled).last == "cancelled \(cancelled.outcome ?? "")")
        }
    }

    @Test("a cancellation at the moment of success either ends the deployment or is refused, never both")
    func cancelsAtSuccess() async throws {
        try await withObserver { world in
            let control = try await world.control()
            for mem in 1...12 {
                let push = try await world.gitHub.push(
                    files: ["dploy.app": Files.descriptor, "specs/helloworld.json": Files.app("helloworld", mem: mem)])
                let running = try await world.deployment(of: push.after) { $0.stage == .waiting || $0.stage.isFinal }
                let refusal = try await refusal { try await control.perform(.cancel(deployment: running.id)) }
                let ended = try await world.end(of: push.after)
                #expect(ended.stage == (refusal == nil ? .cancelled : .succeeded))
                if let refusal { #expect(refusal.status == 409 && refusal.description.hasSuffix(": succeeded.")) }
                let entry = try #require(try await control.audit(limit: 1).first)
                #expect(entry.result == (refusal == nil ? .done : .rejected))
            }
        }
    }

    @Test("a running deployment that returns to the queue just as it is cancelled is cancelled there")
    func cancelsReturning() async throws {
        try await withObserver { world in
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let store = world.engine.store
            var row = try await store.enqueue(try Sample.request(1))
            row.advance(to: .fetching, at: Sample.now)
            // No attempt listens to this one.
            let returning = row
            try await store.save(returning)
            let cancellations = store.feed.signals { if case .cancellation = $0 { true } else { false } }
            async let answer = control.perform(.cancel(deployment: returning.id))
            for await _ in cancellations { break }
            try await store.putBack(returning)
            #expect(try await answer.result.hasPrefix("Deployment \(returning.id) cancelled."))
            #expect(try await store.deployment(returning.id)?.stage == .cancelled)
        }
    }

    @Test("a running deployment that is cancelled ends without a change to Marathon")
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
            let cancelled = try await world.deployment(of: push.after, in: .cancelled)
            let user = try await world.user()
            #expect(cancelled.outcome == "Cancelled by \(user). Changes already applied are not undone.")
            let status = try await world.gitHub.waitForStatus("failure", of: push.after)
            #expect(status.description?.hasPrefix("Cancelled by \(user).") == true)
            let metrics = try PrometheusPage(try await world.metrics().text)
            #expect(metrics[#"dploy_observer_deployments_total{result="cancelled"}"#] == 1)
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

    @Test("deploying the head lifts the hold of a rollback")
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

    @Test("a rollback is refused if a newer deployment was created in the meantime")
    func outdatedRollback() async throws {
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
    /// Waits until the webhook is in a state.
    func hook(is registration: HookState.Registration) async throws {
        let changes = engine.store.feed.signals { if case .hook = $0 { true } else { false } }
        try await withTimeout(.testTimeout) {
            if engine.status.hook.registration == registration { return }
            for await _ in changes where engine.status.hook.registration == registration { return }
        }
    }
}
