import Foundation
import Simulators

/// The demo's voice, on stderr: stdout belongs to the observer. In front of a dashboard it is silent.
struct Narrator {
    var isSilent = false

    func say(_ text: String) {
        guard !isSilent else { return }
        FileHandle.standardError.write(Data("demo> \(text)\n".utf8))
    }

    /// Tells every commit status that arrives at GitHub, until cancelled.
    func tellStatuses(of gitHub: GitHubSimulator) async throws {
        var told = 0
        while true {
            let seen = told
            let statuses = try await gitHub.wait(for: "a commit status", timeout: nil) { state in
                state.statuses.count > seen ? state.statuses : nil
            }
            for status in statuses.dropFirst(told) {
                let description = status.description.map { ": \($0)" } ?? ""
                say("GitHub shows \(status.commit.prefix(7)) as \(status.state)\(description)")
            }
            told = statuses.count
        }
    }
}
