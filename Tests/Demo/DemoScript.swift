import Foundation
import Simulators

/// Waits for the webhook, then pushes one change after another.
struct DemoScript: Sendable {
    var world: Simulators
    var narrator: Narrator
    /// The pushes of a round.
    var round: @Sendable (_ number: Int) -> [DemoPush]

    /// Plays the given number of pushes; nil: runs until cancelled.
    func play(pushes: Int?) async throws {
        world.marathon.setBehaviour(.neverHealthy, of: "/s4d-moody")
        try await world.gitHub.waitForDelivery(of: "ping", timeout: .seconds(60))
        try await Task.sleep(for: .seconds(1))
        var last: GitHubSimulator.Push?
        var count = 0
        for number in 0... {
            for step in round(number) {
                let push = try await perform(step)
                if step.branch == nil { last = push }
                count += 1
                if count == pushes {
                    if let last { try await waitForStatus(last) }
                    return
                }
                try await Task.sleep(for: step.pause)
            }
        }
    }

    private func perform(_ step: DemoPush) async throws -> GitHubSimulator.Push {
        narrator.say("Push: \(step.narration)")
        let push = try await world.gitHub.push(files: step.files, message: step.message, branch: step.branch)
        let response = push.answer.map { "answered \($0.status) \($0.text.trimmingCharacters(in: .newlines))" }
        narrator.say("      \(push.after.prefix(7)) on \(push.branch); the observer \(response ?? "did not respond")")
        return push
    }

    /// Waits until GitHub shows the final status of a push.
    private func waitForStatus(_ push: GitHubSimulator.Push) async throws {
        let timeout = Duration.seconds(2 * DemoWorld.containerTimeout)
        try await world.gitHub.wait(for: "the last deployment to finish", timeout: timeout) { state in
            state.statuses.contains { $0.commit == push.after && $0.state != "pending" } ? true : nil
        }
    }
}

/// Prints the narration to stderr, because stdout belongs to the observer. Silent while the dashboard is shown.
struct Narrator {
    var isSilent = false

    func say(_ text: String) {
        guard !isSilent else { return }
        FileHandle.standardError.write(Data("demo> \(text)\n".utf8))
    }

    /// Reports every commit status that GitHub receives, until cancelled.
    func reportStatuses(of gitHub: GitHubSimulator) async throws {
        var reported = 0
        while true {
            let seen = reported
            let statuses = try await gitHub.wait(for: "a commit status", timeout: nil) { state in
                state.statuses.count > seen ? state.statuses : nil
            }
            for status in statuses.dropFirst(reported) {
                let description = status.description.map { ": \($0)" } ?? ""
                say("GitHub shows \(status.commit.prefix(7)) as \(status.state)\(description)")
            }
            reported = statuses.count
        }
    }
}
