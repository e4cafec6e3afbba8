import ComposeDouble
import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Kills at random times during deployments with Compose", .serialized)
struct ComposeKillTests {
    @Test("after SIGKILL, nothing is lost, nothing stays half-applied, and unchanged services are left alone")
    func killed() async throws {
        try await rounds(seed: FaultRounds.seed &+ 3) { $0.kill() }
    }

    @Test("after SIGTERM, the same holds")
    func terminated() async throws {
        try await rounds(seed: FaultRounds.seed &+ 4) { $0.terminate() }
    }

    private func rounds(seed: UInt64, end: @escaping @Sendable (ObserverProcess) -> Void) async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            let double = try DoubleWorld.make(in: world.directory + "/containers")
            // A kill arrives in the middle of a step more often.
            try double.set(.slow)
            let pushes = PushStream(to: world.simulators.gitHub) { Self.tree($0) }
            var variables = double.environment
            variables["DPLOY_OBSERVER_TARGET"] = "compose"
            variables["DPLOY_OBSERVER_LISTEN"] = "127.0.0.1:\(port)"
            variables["DPLOY_OBSERVER_POLL"] = "1"
            let invariants = Invariants(world: world, pushes: pushes, variables: variables)
            let rounds = KillRounds(
                invariants: invariants, seed: seed, pushWithin: .milliseconds(600), endWithin: .seconds(3), end: end)
            try await rounds.run { try await invariants.expectEverythingStored() }
            let last = try #require(pushes.all.last)
            let exit = try await world.observe(variables) { observer in
                try await world.simulators.gitHub.waitForStatus("success", of: last.after)
                observer.terminate()
            }
            #expect(exit.status == .exited(0))
            try await invariants.expectNothingLost()
            try expectWhole(double, after: pushes.all.count)
        }
    }

    /// Each push changes one of two services, and never the database.
    private static func tree(_ number: Int) -> [String: String?] {
        let file = """
            services:
              db: {image: "db:1", healthcheck: {test: "true"}}
              api: {image: "api:\(number / 2)", depends_on: [db], volumes: ["./conf:/conf"]}
              web: {image: "web:\((number + 1) / 2)", depends_on: [api]}
            """
        return ["compose.yaml": file, "conf/api.conf": "the same\n", "README.md": "\(number)\n"]
    }

    /// The project is exactly what the last push describes.
    private func expectWhole(_ double: DoubleWorld, after pushes: Int) throws {
        let state = try double.state
        let wanted = ["api:\((pushes - 1) / 2)", "db:1", "web:\(pushes / 2)"]
        #expect(state.containers.map(\.imageName).sorted() == wanted.sorted())
        #expect(state.containers.map(\.name).sorted() == ["s4d-api-1", "s4d-db-1", "s4d-web-1"])
        #expect(state.containers.allSatisfy { $0.startedAt != nil && $0.stoppedAt == nil })
        #expect(double.overlaps.isEmpty, "two calls of Compose at a time: \(double.overlaps)")
        // The first call may have been killed between creating and starting it.
        #expect(state.created.count { $0.hasPrefix("db ") } <= 1)
    }
}
