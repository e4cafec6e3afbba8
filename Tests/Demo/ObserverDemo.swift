import Foundation
import Simulators
import UnixSignals

/// Demonstrates the real observer with simulated GitHub, Mesos-DNS and Marathon servers and a push every few seconds,
/// until Ctrl-C.
@main
struct ObserverDemo {
    static func main() async {
        do {
            let options = try DemoOptions(arguments: Array(CommandLine.arguments.dropFirst()))
            try await withSimulators(DemoWorld.options) { world in
                switch options.target {
                case .marathon: try await run(options, in: world)
                case .compose: try await runWithContainers(options, in: world)
                }
            }
        } catch is DemoOptions.HelpRequested {
            print(DemoOptions.usage)
        } catch let error as DemoOptions.Problem {
            Narrator().say(error.description)
            exit(64)
        } catch {
            Narrator().say("demo failed: \(error)")
            exit(1)
        }
    }

    private static func runWithContainers(_ options: DemoOptions, in world: Simulators) async throws {
        if let obstacle = PodmanEngine.obstacle {
            throw DemoOptions.Problem(
                description: "--target compose needs real containers: \(obstacle). Run 'make container-deps' as root.")
        }
        try await PodmanEngine.with { engine in
            var variables = engine.environment
            variables["DPLOY_OBSERVER_TARGET"] = DemoOptions.Target.compose.rawValue
            try await run(options, in: world, with: variables)
        }
    }

    private static func run(
        _ options: DemoOptions, in world: Simulators, with variables: [String: String] = [:]
    ) async throws {
        let observer = try await ObserverProcess(options, in: world, with: variables)
        defer { observer.removeDirectory() }
        let narrator = Narrator(isSilent: options.showsDashboard)
        let target = options.target == .marathon ? "Marathon at \(world.marathon.url)" : "containers with Podman"
        narrator.say("GitHub runs at \(world.gitHub.url), \(target). Press Ctrl-C to stop.")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await observer.run() }
            group.addTask {
                let script = DemoScript(world: world, narrator: narrator) {
                    switch options.target {
                    case .marathon: DemoPush.round($0)
                    case .compose: DemoPush.composeRound($0)
                    }
                }
                try await script.play(pushes: options.pushes)
            }
            group.addTask { try await narrator.reportStatuses(of: world.gitHub) }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// The simulated cluster of the demo.
enum DemoWorld {
    static let publicNode = "52.37.239.156"
    /// The port that the recorded Mesos-DNS data lists for the observer.
    static let publicAddress = "\(publicNode):8849"
    /// In seconds, short enough to watch a deployment fail.
    static let deployTimeout = 12
    /// Starting real containers takes longer.
    static let containerTimeout = 40

    static var options: SimulatorOptions {
        var options = SimulatorOptions()
        options.marathon.behaviour = .healthy(after: .seconds(2))
        options.marathon.timing.kill = .milliseconds(500)
        return options
    }
}
