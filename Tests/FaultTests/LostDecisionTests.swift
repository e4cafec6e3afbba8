import Foundation
import Processes
import Simulators
import Subprocess
import SystemPackage
import Testing

@Suite("A disk that is lost after an operator's decision", .serialized)
struct LostDecisionTests {
    enum Decision: CaseIterable {
        case pause, rollback, reset
    }

    @Test(
        "the decision holds after SIGKILL and a wiped disk, also if Marathon is away at the start, until it is undone")
    func wiped() async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
            let scene = Scene(
                world: world, pushes: PushStream(to: world.simulators.gitHub),
                variables: [
                    "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1",
                    "DPLOY_OBSERVER_PRUNE": "on",
                ])
            var random = SeededRandom(seed: FaultRounds.seed &+ 7)
            for round in 0..<FaultRounds.count {
                let decision = Decision.allCases[round % Decision.allCases.count]
                try await scene.decide(decision)
                try FileManager.default.removeItem(atPath: scene.state)
                let absence: Duration? = Bool.random(using: &random) ? random.moment(within: .milliseconds(1500)) : nil
                try await scene.check(decision, marathonAwayFor: absence)
            }
            #expect(world.simulators.gitHub.violations() == [])
            #expect(world.simulators.marathon.violations() == [])
        }
    }
}

/// Two runs of the program with an operator's decision between them.
private struct Scene: Sendable {
    let world: ProcessWorld
    let pushes: PushStream
    let variables: [String: String]

    var state: String { world.directory + "/state" }
    private var marathon: MarathonSimulator { world.simulators.marathon }
    private var gitHub: GitHubSimulator { world.simulators.gitHub }

    /// Deploys two commits, decides, and kills the program as soon as the command has returned.
    func decide(_ decision: LostDecisionTests.Decision) async throws {
        try await observe { observer in
            try await observer.log.wait(for: "Ping received: GitHub can reach")
            for _ in 1...2 {
                try await pushes.push()
                try await waitForPush(pushes.all.count)
            }
            switch decision {
            case .pause: try await command("pause")
            case .rollback:
                try await command("rollback", "-yes")
                try await waitForPush(pushes.all.count - 1)
            case .reset: try await command("reset", "-yes")
            }
            observer.kill()
        }
    }

    /// Starts with an empty disk, and undoes the decision in the end.
    func check(_ decision: LostDecisionTests.Decision, marathonAwayFor absence: Duration?) async throws {
        if decision == .pause { try await pushes.push(deliver: false) }
        if absence != nil { marathon.setLeaderless(true) }
        try await observe { observer in
            if let absence {
                try await Task.sleep(for: absence)
                marathon.setLeaderless(false)
            }
            switch decision {
            case .pause:
                try await observer.log.wait(for: "Restored operator decision: deployments are paused.")
                // Two polls.
                try await Task.sleep(for: .seconds(2))
                #expect(shownMemory == 31 + pushes.all.count - 1)
                try await command("resume", "-yes")
            case .rollback:
                try await observer.log.wait(for: "is not deployed: the branch is on hold at")
                #expect(shownMemory == 31 + pushes.all.count - 1)
                try await observer.log.wait(for: "Ping received: GitHub can reach")
                try await pushes.push()
            case .reset:
                try await observer.log.wait(for: "Webhook was removed by an operator; not registering it")
                #expect(gitHub.hooks().isEmpty)
                try await command("register")
                try await pushes.push()
            }
            try await waitForPush(pushes.all.count)
            observer.kill()
        }
    }

    private func observe(_ body: @escaping @Sendable (ObserverProcess) async throws -> Void) async throws {
        _ = try await world.observe(variables, body)
    }

    private var shownMemory: Int? { marathon.app("/hello")?.definition["mem"]?.integer }

    private func waitForPush(_ number: Int) async throws {
        try await marathon.wait(for: "push \(number) to run") { marathon in
            marathon.apps["/hello"].flatMap { $0.definition["mem"] == .integer(31 + number) && $0.isReady ? true : nil }
        }
        try await gitHub.waitForStatus("success", of: pushes.all[number - 1].after)
    }

    private func command(_ arguments: String...) async throws {
        let words = [ObserverProcess.path.string] + arguments + ["-socket", state + "/control.sock"]
        let answer = try await SystemCommand.run("sh", "-c", words.map { "'\($0)'" }.joined(separator: " "))
        #expect(!answer.contains("on this disk only"), "\(answer)")
    }
}
