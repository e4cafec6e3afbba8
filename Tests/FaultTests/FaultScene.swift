import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Processes
import Simulators
import Subprocess
import Testing

/// The built program in front of simulated servers, under pushes, while a test makes something fail.
struct FaultScene: Sendable {
    let world: ProcessWorld
    let pushes: PushStream
    let promises: Promises
    let observer: ObserverProcess

    var servers: Simulators { world.simulators }

    /// What the program answers to everybody.
    func get(_ path: String) async throws -> (status: Int, body: String) {
        let address = promises.variables["DPLOY_OBSERVER_LISTEN"] ?? ""
        let response = try await HTTPClient.shared.get(url: "http://\(address)\(path)").get()
        return (Int(response.status.code), response.body.map { String(buffer: $0) } ?? "")
    }

    /// The outcome of the deployment that a push brought about.
    func outcome(of push: GitHubSimulator.Push) async throws -> String? {
        try await StoredRows(in: promises.state).deliveries.first { $0.guid == push.guid }?.outcome
    }
}

/// Runs the program; at the end, however the body went about it, the last push has to run, nothing be lost, nothing be
/// applied twice, and the program end in order.
/// - Parameters:
///   - state: The state directory, where it is not in the world's own.
///   - keepsRows: Whether every acknowledged push is still on disk.
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
            "DPLOY_OBSERVER_DEPLOY_TIMEOUT": "20",
        ]
        variables.merge(changes) { $1 }
        variables["DPLOY_OBSERVER_STATE"] = state ?? world.directory + "/state"
        let promises = Promises(world: world, pushes: pushes, variables: variables)
        let exit = try await world.observe(variables) { observer in
            try await body(FaultScene(world: world, pushes: pushes, promises: promises, observer: observer))
            try await promises.lastPushRuns()
            observer.terminate()
        }
        #expect(exit.status == .exited(0), "\(exit.log.suffix(20).joined(separator: "\n"))")
        if keepsRows { try await promises.nothingIsLost() }
        promises.nothingIsAppliedTwice()
        return exit
    }
}
