import Foundation
import Simulators
import UnixSignals

/// Shows an observer at work: GitHub, Mesos-DNS and Marathon as simulators, the real program in front of them, and a
/// push every few seconds, until Ctrl-C.
@main
struct ObserverDemo {
    static func main() async {
        do {
            let options = try DemoOptions(arguments: Array(CommandLine.arguments.dropFirst()))
            try await withSimulators(DemoWorld.options) { world in
                try await run(options, in: world)
            }
        } catch let error as DemoOptions.Problem {
            Narrator().say(error.description)
            exit(64)
        } catch {
            Narrator().say("the demo has failed: \(error)")
            exit(1)
        }
    }

    private static func run(_ options: DemoOptions, in world: Simulators) async throws {
        let observer = try await ObserverProcess(options, in: world)
        defer { observer.removeDirectory() }
        let narrator = Narrator(isSilent: options.showsDashboard)
        narrator.say("GitHub is \(world.gitHub.url), Marathon \(world.marathon.url); Ctrl-C ends the demo")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await observer.run() }
            group.addTask { try await DemoScript(world: world, narrator: narrator).play(pushes: options.pushes) }
            group.addTask { try await narrator.tellStatuses(of: world.gitHub) }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
