import ObserverEngine
import Simulators
import Testing

@Suite("A Marathon deployment whose answer was lost")
struct AdoptionTests {
    private static func tree(mem: Int) -> [String: String?] {
        ["dploy.app": Files.descriptor, "specs/web.json": Files.app("web", mem: mem, healthCheck: true)]
    }

    /// The ways in which an answer can be lost after the change was made.
    private static let losses: [Fault.Effect] = [
        .loseAnswer, .truncate, .body("{}"), .body("<html>proxy</html>", type: "text/html"), .deny(500), .deny(503),
    ]

    @Test("is rolled back when it does not become healthy, and does not lock out the next push", arguments: losses)
    func rolledBack(loss: Fault.Effect) async throws {
        try await withObserver(.timeout(8)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            world.marathon.inject(Fault(.put, "/v2/apps", times: 1, effect: loss))
            let bad = try await world.deploy(Self.tree(mem: 32))
            #expect(bad.outcome?.hasSuffix("/web was new and is removed again.") == true, "\(bad.outcome ?? "")")
            #expect(world.marathon.requests(.put, "/v2/apps").count == 1)
            #expect(world.marathon.app("/web") == nil)
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/web")
            let good = try await world.deploy(Self.tree(mem: 64))
            #expect(good.stage == .succeeded, "\(good.outcome ?? "")")
        }
    }

    @Test("is overridden by the next push if it was left as it is", arguments: losses)
    func overridden(loss: Fault.Effect) async throws {
        try await withObserver(.leaving(after: 8)) { world in
            world.marathon.setBehaviour(.neverHealthy, of: "/web")
            world.marathon.inject(Fault(.put, "/v2/apps", times: 1, effect: loss))
            let bad = try await world.deploy(Self.tree(mem: 32))
            #expect(bad.externalIDs == world.marathon.deployments().map(\.id))
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/web")
            let good = try await world.deploy(Self.tree(mem: 64))
            #expect(good.stage == .succeeded, "\(good.outcome ?? "")")
        }
    }

    @Test("a forced deployment is not applied a second time")
    func forced() async throws {
        try await withObserver(.timeout(15)) { world in
            let control = try await world.control()
            let first = try await world.deploy(Self.tree(mem: 32))
            let push = try await world.gitHub.push(files: Self.tree(mem: 64))
            _ = try await world.end(of: push.after)
            world.marathon.setBehaviour(.noOffers, of: "/web")
            world.marathon.inject(Fault(.put, "/v2/apps", times: 1, effect: .loseAnswer))
            _ = try await control.perform(.deploy(commit: first.commit.description, force: true))
            let adopted = try await world.deployment(of: first.commit.description) {
                $0.id > first.id && !$0.externalIDs.isEmpty
            }
            world.marathon.setBehaviour(.healthy(after: .milliseconds(20)), of: "/web")
            let forced = try await world.deployment(of: first.commit.description, in: .succeeded, after: first.id)
            #expect(forced.id == adopted.id && forced.externalIDs.count == 1)
            #expect(world.marathon.requests(.put, "/v2/apps").count == 3)
        }
    }

    @Test("one started by an earlier run is adopted, and rolled back when it does not become healthy")
    func restart() async throws {
        let directory = try temporaryDirectory()
        var setup = ObserverSetup.timeout(8)
        setup.stateDirectory = directory
        try await withSimulators { [setup] simulators in
            simulators.marathon.setBehaviour(.neverHealthy, of: "/web")
            let commit = try await withObserver(setup, in: simulators) { world in
                let push = try await world.gitHub.push(files: Self.tree(mem: 32))
                try await world.deployment(of: push.after, in: .waiting)
                return push.after
            }
            let started = try #require(simulators.marathon.deployments().first)
            var second = setup
            second.waitsForHook = false
            try await withObserver(second, in: simulators) { world in
                let bad = try await world.end(of: commit)
                #expect(bad.request.trigger == .restart)
                #expect(bad.externalIDs.first == started.id)
                #expect(bad.outcome?.hasSuffix("/web was new and is removed again.") == true, "\(bad)")
                #expect(simulators.marathon.app("/web") == nil)
            }
        }
    }
}
