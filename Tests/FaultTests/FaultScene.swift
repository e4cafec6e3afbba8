import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Processes
import Simulators
import Subprocess
import Testing

/// The real program with simulated servers and a stream of pushes, while a test injects faults.
struct FaultScene: Sendable {
    let world: ProcessWorld
    let pushes: PushStream
    let invariants: Invariants
    let observer: ObserverProcess

    var servers: Simulators { world.simulators }

    /// Sends an unauthenticated request to the program.
    func get(_ path: String) async throws -> (status: Int, body: String) {
        let address = invariants.variables["DPLOY_OBSERVER_LISTEN"] ?? ""
        let response = try await HTTPClient.shared.get(url: "http://\(address)\(path)").get()
        return (Int(response.status.code), response.body.map { String(buffer: $0) } ?? "")
    }

    /// The outcome of the deployment of a push.
    func outcome(of push: GitHubSimulator.Push) async throws -> String? {
        try await StoredRows(in: invariants.state).deliveries.first { $0.guid == push.guid }?.outcome
    }
}

/// Runs the program and the body, then checks that the last push runs, nothing is lost, nothing is applied twice, and the
/// program exits cleanly.
/// - Parameters:
///   - state: The state directory; by default in the world's directory.
///   - keepsRows: Whether every acknowledged push must still be on disk.
@discardableResult
func withFaults(
    _ changes: [String: String] = [:], state: String? = nil, keepsRows: Bool = true,
    prepare: @escaping @Sendable (ProcessWorld) async throws -> Void = { _ in },
    _ body: @escaping @Sendable (FaultScene) async throws -> Void
) async throws -> ObserverExit {
    let port = try await freePort()
    return try await withProcessWorld { world in
        try await prepare(world)
        let pushes = PushStream(to: world.simulators.gitHub)
        var variables = [
            "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1", "DPLOY_OBSERVER_REVIEW": "2",
            "DPLOY_OBSERVER_DEPLOY_TIMEOUT": "\(20 * Slowness.factor)",
        ]
        variables.merge(changes) { $1 }
        variables["DPLOY_OBSERVER_STATE"] = state ?? world.directory + "/state"
        let invariants = Invariants(world: world, pushes: pushes, variables: variables)
        let exit = try await world.observe(variables) { observer in
            try await body(FaultScene(world: world, pushes: pushes, invariants: invariants, observer: observer))
            try await invariants.waitForLastPush()
            observer.terminate()
        }
        #expect(exit.status == .exited(0), "\(exit.log.suffix(20).joined(separator: "\n"))")
        if keepsRows { try await invariants.expectNothingLost() }
        try await invariants.expectNothingAppliedTwice()
        return exit
    }
}
