import ObserverEngine
import Simulators
import Testing

@Suite("GET /metrics")
struct MetricsTests {
    @Test("deliveries are counted by verdict, and deployments by result")
    func counts() async throws {
        try await withObserver { world in
            try await world.log.wait(for: "Ping received: GitHub can reach ")
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.deployment(of: push.after, in: .succeeded)
            await world.gitHub.redeliver(push.guid)
            await world.gitHub.deliver(event: "push", body: [], secret: "wrong")
            try await world.gitHub.waitForStatus("success", of: push.after)
            let response = try await world.metrics()
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let page = try PrometheusPage(response.text)
            #expect(page["dploy_observer_info{version=\"\(Version.current)\"}"] == 1)
            #expect(page["dploy_observer_deliveries_total{verdict=\"accepted\"}"] == 1)
            #expect(page["dploy_observer_deliveries_total{verdict=\"duplicate\"}"] == 1)
            #expect(page["dploy_observer_deliveries_total{verdict=\"rejected\"}"] == 1)
            #expect(page["dploy_observer_deployments_total{result=\"succeeded\"}"] == 1)
            #expect(page["dploy_observer_deployments_total{result=\"failed\"}"] == 0)
            #expect(page["dploy_observer_deployment_duration_seconds_count"] == 1)
            #expect(page["dploy_observer_hook_registered"] == 1)
            let left = try #require(page["dploy_observer_github_rate_limit_remaining"])
            #expect(left > 4000 && left < 5000)
        }
    }

    @Test("deployments that never started are counted, too")
    func neverStarted() async throws {
        try await withObserver { world in
            let control = try await world.control()
            try await control.perform(.pause())
            for mem in [32, 64] {
                try await world.gitHub.push(
                    files: ["dploy.app": Files.descriptor, "specs/a.json": Files.app("a", mem: mem)])
            }
            try await control.perform(.cancel(deployment: 2))
            let page = try PrometheusPage(try await world.metrics().text)
            #expect(page["dploy_observer_deployments_total{result=\"superseded\"}"] == 1)
            #expect(page["dploy_observer_deployments_total{result=\"cancelled\"}"] == 1)
            #expect(page["dploy_observer_deployment_duration_seconds_count"] == 0)
        }
    }

    @Test("a deployment is counted once, also if its delivery arrives after its end")
    func lateDelivery() async throws {
        try await withStore { store in
            let metrics = Metrics(of: Sample.branch)
            store.feed.listen { metrics.note($0) }
            _ = try await store.run(1, to: .succeeded, trigger: .poll)
            let late = try await store.record(try Sample.push("late", of: 1, from: 9))
            #expect(late.deployment?.stage == .succeeded)
            let page = try PrometheusPage(metrics.text(hook: HookState(), rateLimit: nil))
            #expect(page["dploy_observer_deployments_total{result=\"succeeded\"}"] == 1)
        }
    }

    @Test("every verdict and every result has a line from the start")
    func zeros() throws {
        let page = try PrometheusPage(Metrics(of: Sample.branch).text(hook: HookState(), rateLimit: nil))
        for verdict in Delivery.Verdict.allCases {
            #expect(page["dploy_observer_deliveries_total{verdict=\"\(verdict.rawValue)\"}"] == 0)
        }
        for stage in Deployment.Stage.allCases where stage.isFinal {
            #expect(page["dploy_observer_deployments_total{result=\"\(stage.rawValue)\"}"] == 0)
        }
        #expect(page["dploy_observer_hook_registered"] == 0)
        #expect(page["dploy_observer_github_rate_limit_remaining"] == nil)
    }

    @Test("a pause, a hold, a head that is not deployed and deployments that wait are gauges")
    func decisions() throws {
        let metrics = Metrics(of: Sample.branch)
        var engine = EngineState(branch: Sample.branch, version: "1", instance: "here", startedAt: Sample.now)
        let before = try PrometheusPage(metrics.text(hook: HookState(), rateLimit: nil, engine: engine, waits: []))
        for name in ["paused", "held", "head_blocked", "waiting_deployments{rule=\"approval\"}"] {
            #expect(before["dploy_observer_\(name)"] == 0)
        }
        (engine.isPaused, engine.heldAt, engine.blocked) = (true, "5dc9656", "Head is not deployed.")
        let after = try PrometheusPage(
            metrics.text(hook: HookState(), rateLimit: nil, engine: engine, waits: [.approval, .approval, .window]))
        for name in ["paused", "held", "head_blocked", "waiting_deployments{rule=\"window\"}"] {
            #expect(after["dploy_observer_\(name)"] == 1)
        }
        #expect(after["dploy_observer_waiting_deployments{rule=\"approval\"}"] == 2)
    }

    @Test("the buckets of durations are cumulative")
    func histogram() throws {
        let metrics = Metrics(of: Sample.branch)
        for seconds in [0.25, 5, 42, 4000] { metrics.count(deployment: .succeeded, took: .seconds(seconds)) }
        metrics.count(deployment: .superseded, took: nil)
        let page = try PrometheusPage(metrics.text(hook: HookState(), rateLimit: 0))
        let name = "dploy_observer_deployment_duration_seconds"
        #expect(page["\(name)_bucket{le=\"1\"}"] == 1)
        #expect(page["\(name)_bucket{le=\"5\"}"] == 2)
        #expect(page["\(name)_bucket{le=\"30\"}"] == 2)
        #expect(page["\(name)_bucket{le=\"60\"}"] == 3)
        #expect(page["\(name)_bucket{le=\"1800\"}"] == 3)
        #expect(page["\(name)_bucket{le=\"+Inf\"}"] == 4)
        #expect(page["\(name)_sum"] == 4047.25)
        #expect(page["\(name)_count"] == 4)
        #expect(page["dploy_observer_github_rate_limit_remaining"] == 0)
    }
}
