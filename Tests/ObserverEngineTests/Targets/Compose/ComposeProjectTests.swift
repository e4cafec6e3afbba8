import ComposeDouble
import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("A project whose name changes")
struct ComposeProjectTests {
    private static let descriptor = "app_name: shop\n"

    @Test("what still runs under the previous name is named in plan and log until it is removed, and is not touched")
    func renamed() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            var files = ComposeFile.site().files
            files["dploy.app"] = Self.descriptor
            try await world.gitHub.push(files: files, branch: "next")
            let client = try await world.control()
            let warning =
                "note the project s4d still runs db, web: they are no longer managed; "
                + "remove them with 'docker rm -f s4d-db-1 s4d-web-1'"
            #expect(try await client.plan(PlanRequest(ref: "next")).warnings == [warning])

            let run = try await world.deploy(files)
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(run.outcome == "2 created (db, web)")
            #expect(try await world.journal(of: run).contains(warning))
            #expect(world.log.contains("the project s4d still runs db, web"))
            #expect(try double.state.containers.map(\.project).sorted() == ["s4d", "s4d", "shop", "shop"])

            try double.change { state in state.containers.removeAll { $0.project == "s4d" } }
            #expect(try await client.plan(PlanRequest(ref: "next")).warnings.isEmpty)
        }
    }

    @Test("containers of another observer are not named")
    func others() async throws {
        try await withCompose { world, double in
            try await world.deploy(ComposeFile.site().files)
            try double.change { state in
                var other = state.containers[0]
                (other.id, other.project) = (state.makeID(), "other")
                other.labels["com.docker.compose.project"] = "other"
                other.labels["com.docker.compose.project.working_dir"] = "/srv/other/compose/tree"
                state.containers.append(other)
            }
            let run = try await world.deploy(["README.md": "hello\n"])
            #expect(run.outcome == "2 unchanged")
            #expect(try await !world.journal(of: run).contains { $0.hasPrefix("note") })
        }
    }

    @Test("if its first deployment under a new name fails, what was created there is removed again")
    func failed() async throws {
        try await withCompose { world, double in
            let good = try await world.deploy(ComposeFile.site().files)
            var files = ComposeFile.site(web: #""image": "web:2", "x-double": "exits 3""#).files
            files["dploy.app"] = Self.descriptor
            let bad = try await world.deploy(files)
            #expect(bad.stage == .failed && !bad.leavesChanges)
            let outcome = try #require(bad.outcome)
            #expect(outcome.hasPrefix("web is unhealthy: exited with status 3"), "\(outcome)")
            #expect(outcome.hasSuffix("Rolled back; db, web were new and are removed again."), "\(outcome)")
            #expect(try double.state.containers.map(\.project) == ["s4d", "s4d"])
            #expect(try double.state.containers.allSatisfy { $0.commit == good.commit.description })
            #expect(try double.state.created.count == 4)
        }
    }

    @Test("the command that removes it names its containers, and nothing that others run in the project")
    func removal() throws {
        let text = #"{"Id": "1", "Name": "/shop_web_1", "Image": "1", "State": {"Status": "running"}}"#
        let web = try #require(Container(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))))
        for (compose, engine) in [(["docker", "compose"], "docker"), (["podman-compose"], "podman")] {
            let tools = ComposeTools(compose: compose, engine: [engine], version: "")
            #expect(tools.removal(of: [web]) == "\(engine) rm -f shop_web_1")
        }
    }
}
