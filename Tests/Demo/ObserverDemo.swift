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
                try await run(options, in: world)
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

    private static func run(_ options: DemoOptions, in world: Simulators) async throws {
        let observer = try await ObserverProcess(options, in: world)
        defer { observer.removeDirectory() }
        let narrator = Narrator(isSilent: options.showsDashboard)
        narrator.say("GitHub runs at \(world.gitHub.url), Marathon at \(world.marathon.url). Press Ctrl-C to stop.")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await observer.run() }
            group.addTask { try await DemoScript(world: world, narrator: narrator).play(pushes: options.pushes) }
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

    static var options: SimulatorOptions {
        var options = SimulatorOptions()
        options.marathon.behaviour = .healthy(after: .seconds(2))
        options.marathon.timing.kill = .milliseconds(500)
        return options
    }
}
