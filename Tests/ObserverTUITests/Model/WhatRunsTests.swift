import ObserverEngine
import Testing

@testable import ObserverTUI

@Suite("What runs")
struct WhatRunsTests {
    @Test(
        "the header shows the running commit and the state of newer ones",
        arguments: [
            (nil, "runs 77e0f12", "▸ a1b2c3d deploying"),
            (.succeeded, "runs a1b2c3d", "runs a1b2c3d"),
            (.queued, "runs 77e0f12", "○ a1b2c3d queued"),
            (.superseded, "runs 77e0f12", "runs 77e0f12"),
        ] as [(DeploymentSummary.Stage?, String, String)])
    func header(stage: DeploymentSummary.Stage?, runs: String, newer: String) {
        var snapshot = Sample.snapshot
        if let stage { snapshot.deployments[0].stage = stage }
        for size in [(200, 60), (120, 40), (80, 24)] {
            let header = TestDashboard(size.0, size.1, snapshot: snapshot).canvas.line(0)
            #expect(header.contains(runs) && header.contains(newer), "\(header)")
        }
    }

    @Test("after a deployment that failed while it changed apps, the header does not claim to know the running commit")
    func disturbed() {
        var snapshot = Sample.snapshot
        snapshot.deployments[0].stage = .failed
        snapshot.deployments[0].outcome = "/web not healthy after 10m."
        let header = TestDashboard(snapshot: snapshot).canvas.line(0)
        #expect(header.contains("deployed 77e0f12") && header.contains("✗ a1b2c3d failed") && !header.contains("runs"))
    }

    @Test("a failure before anything was changed, or one that was rolled back, leaves what ran before")
    func undisturbed() {
        var early = Sample.snapshot
        early.deployments[0].stage = .failed
        early.deployments[0].progress = nil
        var restored = early
        restored.deployments[0] = Sample.deployments[0]
        restored.deployments[0].stage = .failed
        restored.deployments[0].outcome = "/web not healthy. Rolled back; the previous version of /web is healthy."
        for snapshot in [early, restored] {
            let header = TestDashboard(snapshot: snapshot).canvas.line(0)
            #expect(header.contains("runs 77e0f12") && header.contains("✗ a1b2c3d failed"))
        }
    }

    @Test("the header shows how many tasks are healthy, and how many apps drift, once the target has reported them")
    func health() {
        var snapshot = Sample.snapshot
        var web = AppSummary(id: "/web", healthy: 3, wanted: 5)
        snapshot.apps = AppsReport(apps: [web, AppSummary(id: "/db", healthy: 1, wanted: 1)], readAt: Sample.now)
        #expect(TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("· 4/6 healthy "))
        web.drift = AppSummary.Drift(kind: .changed)
        snapshot.apps?.apps[0] = web
        #expect(TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("· 4/6 healthy, 1 drifted"))
        snapshot.apps?.readAt = nil
        #expect(!TestDashboard(200, 60, snapshot: snapshot).canvas.line(0).contains("healthy"))
    }

    @Test("without a deployment, the header states it")
    func nothing() {
        #expect(TestDashboard(snapshot: Sample.empty).canvas.line(0).contains("nothing deployed yet"))
    }
}
