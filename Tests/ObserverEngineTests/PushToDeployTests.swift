import ObserverEngine
import Simulators
import Testing

@Suite("Push to deploy")
struct PushToDeployTests {
    @Test("a push is deployed with labels and a commit status")
    func push() async throws {
        try await withObserver { world in
            let push = try await world.gitHub.push(files: Files.helloWorld, message: "Say hello")
            #expect(push.answer?.status == 202)
            let run = try await world.end(of: push.after)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            let app = try #require(world.marathon.app("/helloworld"))
            #expect(app.labels["DPLOY"] == "s4d")
            #expect(app.labels["DPLOY_COMMIT"] == push.after)
            #expect(app.labels["DPLOY_SPEC"]?.count == 64)
            try await world.gitHub.waitForStatus("success", of: push.after)
            #expect(world.gitHub.statuses(of: push.after).map(\.state) == ["pending", "success"])
            #expect(world.gitHub.violations() == [])
        }
    }

    @Test("a push delivered twice is deployed once")
    func duplicateDelivery() async throws {
        try await withObserver { world in
            let push = try await world.gitHub.push(files: Files.helloWorld, message: "Say hello")
            try await world.deployment(of: push.after, in: .succeeded)
            let again = await world.gitHub.redeliver(push.guid)
            #expect(again?.outcome.answer?.status == 200)
            #expect(again?.outcome.answer?.json["verdict"] == "duplicate")
            #expect(world.marathon.requests(.put, "/v2/apps").count == 1)
        }
    }
}
