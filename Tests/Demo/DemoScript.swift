import Foundation
import Simulators

/// Waits for the webhook, then pushes, one thing after another.
struct DemoScript: Sendable {
    var world: Simulators
    var narrator: Narrator

    /// Plays so many pushes, or without an end.
    func play(pushes: Int?) async throws {
        world.marathon.setBehaviour(.neverHealthy, of: "/s4d-moody")
        try await world.gitHub.waitForDelivery(of: "ping", timeout: .seconds(60))
        try await Task.sleep(for: .seconds(1))
        var last: GitHubSimulator.Push?
        var count = 0
        for round in 0... {
            for step in DemoPush.round(round) {
                let push = try await perform(step)
                if step.branch == nil { last = push }
                count += 1
                if count == pushes {
                    if let last { try await settle(last) }
                    return
                }
                try await Task.sleep(for: step.pause)
            }
        }
    }

    private func perform(_ step: DemoPush) async throws -> GitHubSimulator.Push {
        narrator.say("push: \(step.narration)")
        let push = try await world.gitHub.push(files: step.files, message: step.message, branch: step.branch)
        let answer = push.answer.map { "\($0.status) \($0.text.trimmingCharacters(in: .newlines))" } ?? "nothing"
        narrator.say("      \(push.after.prefix(7)) on \(push.branch); the observer answered \(answer)")
        return push
    }

    /// Waits until GitHub shows how the deployment of a push has ended.
    private func settle(_ push: GitHubSimulator.Push) async throws {
        let timeout = Duration.seconds(2 * DemoWorld.deployTimeout)
        try await world.gitHub.wait(for: "the end of the last deployment", timeout: timeout) { state in
            state.statuses.contains { $0.commit == push.after && $0.state != "pending" } ? true : nil
        }
    }
}
