import Foundation
import Processes
import Simulators
import Subprocess
import Testing

@Suite("Kills and lost disks while rules keep deployments from starting", .serialized)
struct RuleFaultTests {
    /// The rule that keeps the last push of a round from being deployed.
    enum Obstacle: String, CaseIterable {
        case pendingCheck, failedCheck, silentCheck, pause, hold, window, approval
    }

    @Test(
        """
        nothing that was paused, held, unapproved, outside its window or whose checks did not pass is ever applied; \
        events of checks arrive late, twice, in another order or never
        """)
    func rounds() async throws {
        let port = try await freePort()
        try await withProcessWorld { world in
            world.simulators.gitHub.setRateLimit(.init(limit: 1_000_000, remaining: 1_000_000))
            world.simulators.gitHub.setDisorder(
                DeliveryDisorder(
                    seed: FaultRounds.seed &+ 50, of: DeliveryDisorder.checks, lostOneIn: 4, repeatedOneIn: 3))
            let scene = RuleScene(world: world, port: port)
            var random = SeededRandom(seed: FaultRounds.seed &+ 51)
            for round in 0..<max(FaultRounds.count, Obstacle.allCases.count) {
                let obstacle = Obstacle.allCases[round % Obstacle.allCases.count]
                let plan = RuleScene.Round(obstacle, &random)
                do {
                    try await scene.run(plan)
                } catch {
                    Issue.record("round \(round), \(plan): \(error)")
                    return scene.permissions.expectOnlyAllowed(by: world.simulators.marathon)
                }
                scene.permissions.expectOnlyAllowed(by: world.simulators.marathon)
            }
            try await scene.converge()
            scene.permissions.expectOnlyAllowed(by: world.simulators.marathon, until: scene.pushes.all.last?.after)
            #expect(world.simulators.gitHub.violations() == [])
            #expect(world.simulators.marathon.violations() == [])
        }
    }
}

/// Runs of the program with all rules enabled.
private struct RuleScene: Sendable {
    /// One round, decided by a seed.
    struct Round: CustomStringConvertible {
        let obstacle: RuleFaultTests.Obstacle
        /// When the program is killed after the push that must wait.
        let killedAfter: Duration
        let losesDisk: Bool
        /// How long the program waits after the restart.
        let waits: Duration
        /// Whether the obstacle is removed in the end. The next push supersedes a deployment that still waits.
        let isCleared: Bool
        /// When the program is killed after that; nil waits until the push runs.
        let endsAfter: Duration?

        init(_ obstacle: RuleFaultTests.Obstacle, _ random: inout SeededRandom) {
            self.obstacle = obstacle
            killedAfter = random.moment(within: .milliseconds(1500))
            losesDisk = Bool.random(using: &random)
            waits = random.moment(within: .seconds(1))
            let isChanceless = [.failedCheck, .silentCheck].contains(obstacle)
            // A pause and a hold would keep the next round from its own obstacle.
            let isOperators = [.pause, .hold].contains(obstacle)
            isCleared = !isChanceless && (isOperators || Bool.random(using: &random))
            endsAfter = Bool.random(using: &random) ? random.moment(within: .milliseconds(600)) : nil
        }

        var description: String {
            "\(obstacle), killed after \(killedAfter)\(losesDisk ? ", loses its disk" : ""), waits \(waits), "
                + (isCleared ? "cleared, ended after \(endsAfter.map { "\($0)" } ?? "success")" : "left waiting")
        }
    }

    private static let check = "e2e"

    let world: ProcessWorld
    let port: Int
    let pushes: PushStream
    let permissions = Permissions(.pause, .hold)

    init(world: ProcessWorld, port: Int) {
        self.world = world
        self.port = port
        pushes = PushStream(to: world.simulators.gitHub)
    }

    private var gitHub: GitHubSimulator { world.simulators.gitHub }

    func run(_ round: Round) async throws {
        let timeout = round.obstacle == .silentCheck ? "1" : "1800"
        let isOpen = round.obstacle != .window
        try await observe(isOpen: isOpen, checksTimeout: timeout) { observer in
            try await raise(round.obstacle)
            let push = try await pushes.push()
            switch round.obstacle {
            case .pendingCheck: gitHub.startCheck(Self.check, of: push.after)
            case .failedCheck: await gitHub.completeCheck(Self.check, of: push.after, "failure")
            case .silentCheck: await gitHub.completeCheck("lint", of: push.after)
            case .pause, .hold, .window, .approval: await passCheck(of: push)
            }
            try await Task.sleep(for: round.killedAfter)
            observer.kill()
        }
        if round.losesDisk {
            try FileManager.default.removeItem(atPath: world.directory + "/state")
            permissions.forbid(.approval)
        }
        let push = try #require(pushes.all.last)
        try await observe(isOpen: isOpen, checksTimeout: timeout) { observer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                // An approval does not help against another rule.
                if round.obstacle != .approval { group.addTask { try await approve(push) } }
                group.addTask {
                    try await waitForObstacle(round.obstacle, to: push)
                    try await Task.sleep(for: round.waits)
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            if round.isCleared, isOpen { try await clear(round.obstacle, for: push, until: round.endsAfter) }
            observer.kill()
        }
        if round.isCleared, !isOpen {
            try await observe { observer in
                try await clear(round.obstacle, for: push, until: round.endsAfter)
                observer.kill()
            }
        }
    }

    /// Pushes once more, and waits until the push is deployed.
    func converge() async throws {
        try await observe { observer in
            try await deploy(try await pushes.push())
            observer.terminate()
        }
    }

    private func raise(_ obstacle: RuleFaultTests.Obstacle) async throws {
        switch obstacle {
        case .pendingCheck, .failedCheck, .silentCheck, .window, .approval: break
        case .pause:
            try await command("pause", "-reason", "a round")
            permissions.forbid(.pause)
        case .hold:
            let first = try await pushes.push()
            try await deploy(first)
            try await deploy(try await pushes.push())
            try await command("rollback", "-until", "resume", "-yes", "-wait")
            permissions.forbid(.hold)
            permissions.allow(.hold, first.after)
        }
    }

    /// Waits until the observer shows that the push is not deployed, and why.
    private func waitForObstacle(_ obstacle: RuleFaultTests.Obstacle, to push: GitHubSimulator.Push) async throws {
        try await deployment(of: push) { row in
            let rule = row["wait"]?["rule"]?.string
            return switch obstacle {
            case .pendingCheck: rule == "checks"
            case .failedCheck, .silentCheck: row["stage"] == "failed" && row["startedAt"] == nil
            case .pause, .hold, .window, .approval: rule == obstacle.rawValue
            }
        }
    }

    /// Removes the obstacle, and waits until the push runs, or only for some time.
    private func clear(
        _ obstacle: RuleFaultTests.Obstacle, for push: GitHubSimulator.Push, until end: Duration?
    ) async throws {
        switch obstacle {
        case .pendingCheck: await passCheck(of: push)
        case .failedCheck, .silentCheck, .window, .approval: break
        case .pause, .hold:
            permissions.allow(obstacle == .pause ? .pause : .hold)
            try await command("resume", "-yes")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await approve(push) }
            if let end { group.addTask { try await Task.sleep(for: end) } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func deploy(_ push: GitHubSimulator.Push) async throws {
        await passCheck(of: push)
        try await approve(push)
    }

    private func passCheck(of push: GitHubSimulator.Push) async {
        permissions.allow(.checks, push.after)
        await gitHub.completeCheck(Self.check, of: push.after)
    }

    /// Approves the plan of a push, again if the observer asks again, until it runs.
    private func approve(_ push: GitHubSimulator.Push) async throws {
        while true {
            let row = try await deployment(of: push) { row in
                row["wait"]?["rule"] == "approval" || row["stage"] == "succeeded"
            }
            if row["stage"] == "succeeded" { return }
            permissions.allow(.approval, push.after)
            // It may have been planned again meanwhile.
            _ = try await exit(of: ["approve", "\(row["id"]?.integer ?? 0)", "-yes"])
        }
    }

    /// Waits until the newest deployment of a push meets the condition, and returns its row.
    @discardableResult
    private func deployment(
        of push: GitHubSimulator.Push, where isMet: @escaping @Sendable (JSON) -> Bool
    ) async throws -> JSON {
        try await waitForDeployment(
            of: push.after, environment: world.environment, directory: world.directory, where: isMet)
    }

    private func command(_ arguments: String...) async throws {
        let exit = try await exit(of: arguments)
        #expect(exit.status == .exited(0), "\(arguments): \(exit.log)")
        #expect(!exit.output.contains { $0.contains("on this disk only") }, "\(exit.output)")
    }

    private func exit(of arguments: [String]) async throws -> ObserverExit {
        try await withObserverProcess(
            arguments: arguments, environment: world.environment, directory: world.directory
        ) { _ in }
    }

    /// Runs the program with all rules enabled.
    private func observe(
        isOpen: Bool = true, checksTimeout: String = "1800",
        _ body: @escaping @Sendable (ObserverProcess) async throws -> Void
    ) async throws {
        permissions.forbid(.window)
        if isOpen { permissions.allow(.window) }
        let variables = [
            "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_POLL": "1",
            "DPLOY_OBSERVER_REQUIRE_CHECKS": Self.check, "DPLOY_OBSERVER_CHECKS_TIMEOUT": checksTimeout,
            "DPLOY_OBSERVER_APPROVE": "always",
            "DPLOY_OBSERVER_WINDOW": isOpen ? "daily 00:00-24:00 UTC" : Self.laterWindow,
        ]
        _ = try await world.observe(variables) { observer in
            try await observer.log.wait(for: "Ping received: GitHub can reach")
            try await body(observer)
        }
    }

    /// A window that opens in some hours.
    private static var laterWindow: String {
        let hour = (Int(Date().timeIntervalSince1970) / 3600 + 4) % 24
        let text = hour < 10 ? "0\(hour)" : "\(hour)"
        return "daily \(text):00-\(text):30 UTC"
    }
}
