import Processes
import Simulators
import Subprocess
import Testing

@Suite("Marathon failures")
struct MarathonFaultTests {
    @Test("a standby that redirects to the leader works like the leader")
    func standby() async throws {
        try await withProcessWorld { world in
            try await StandbyMarathon.with(leader: world.simulators.marathon) { standby in
                let exit = try await world.observe(["DPLOY_MARATHON_URL": standby.url]) { observer in
                    try await observer.log.wait(for: "Ping received: GitHub can reach")
                    for mem in 1...2 {
                        let push = try await world.simulators.gitHub.push(files: [
                            "dploy.app": "app_name: s4d\n",
                            "specs/hello.json": #"{"id":"hello","cmd":"sleep 60","mem":\#(mem * 32)}"#,
                        ])
                        try await world.simulators.gitHub.waitForStatus("success", of: push.after)
                    }
                    observer.terminate()
                }
                #expect(exit.status == .exited(0))
                #expect(world.simulators.marathon.requests(.put, "/v2/apps").count == 2)
                #expect(!standby.requests(.get, "/v2/events").isEmpty)
            }
        }
    }

    @Test(
        "a push whose tasks never start fails with a reason by the deadline, and the next good push runs",
        arguments: [
            (MarathonBehaviour.neverHealthy, "no task is healthy", "rollback"),
            (.noOffers, "waiting for a matching", "rollback"), (.noOffers, "waiting for a matching", "leave"),
            (.crashing("exit 1"), "last task failure", "leave"),
        ])
    func neverUp(bad: MarathonBehaviour, reason: String, onFailure: String) async throws {
        try await withFaults(
            ["DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(8 * Slowness.factor)", "DPLOY_OBSERVER_ON_FAILURE": onFailure]
        ) { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            scene.servers.marathon.setBehaviour(bad, of: "/hello")
            let push = try await scene.pushes.push()
            let failure = try await scene.servers.gitHub.wait(for: "a failure or its retry") { state in
                state.statuses.first { $0.commit == push.after && $0.description != "Deploying" }
            }
            // Without offers the commit is not at fault, and is retried.
            #expect(failure.state == (bad == .noOffers ? "pending" : "failure"))
            #expect(failure.description?.contains(reason) == true, "\(failure.description ?? "")")
            scene.servers.marathon.setBehaviour(scene.servers.marathon.options.behaviour, of: "/hello")
            try await scene.pushes.push()
        }
    }

    @Test("a push whose deployment is lost in a restart fails by the deadline, and the next push runs")
    func lostDeployments() async throws {
        try await withFaults(["DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(8 * Slowness.factor)"]) { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            let first = try await scene.pushes.push()
            try await scene.servers.gitHub.waitForStatus("success", of: first.after)
            let marathon = scene.servers.marathon
            marathon.setBehaviour(.healthy(after: .seconds(30 * Slowness.factor)), of: "/hello")
            let push = try await scene.pushes.push()
            try await scene.observer.log.wait(for: "step 1 of 1")
            try await marathon.stop()
            marathon.loseDeployments()
            try await marathon.start()
            try await scene.servers.gitHub.waitForStatus("failure", of: push.after)
            #expect(try await scene.outcome(of: push)?.contains("Not healthy after") == true)
            marathon.setBehaviour(marathon.options.behaviour, of: "/hello")
            try await scene.pushes.push()
        }
    }

    @Test(
        "a hanging request does not extend a deployment beyond its deadline, and the next push runs",
        arguments: [
            (RequestMethod.get, "/v2/apps*"), (.put, "/v2/apps"), (.get, "/v2/events"), (.get, "/v2/deployments"),
        ])
    func hangs(method: RequestMethod, path: String) async throws {
        try await withFaults(["DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(8 * Slowness.factor)"]) { scene in
            try await scene.observer.log.wait(for: "Ping received: GitHub can reach")
            scene.servers.marathon.inject(Fault(method, path, effect: .hang))
            let push = try await scene.pushes.push()
            let began = ContinuousClock.now
            try await scene.servers.gitHub.wait(for: "the deployment to finish") { state in
                state.statuses.contains { $0.commit == push.after && $0.description != "Deploying" } ? true : nil
            }
            #expect(.now - began < .seconds(20 * Slowness.factor))
            scene.servers.marathon.clearFaults()
            try await scene.pushes.push()
        }
    }
}
