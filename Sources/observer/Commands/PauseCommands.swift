import ArgumentParser
import Foundation
import ObserverEngine

struct PauseCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "pause", abstract: "Pause deployments; deliveries are still accepted.",
        discussion:
            "With -for or -until, deployments resume automatically. Repeat the command to replace the reason and "
            + "the end.")

    @Option(name: .goStyle("reason"), help: "Reason, shown wherever the pause is shown.") var reason: String?

    @Option(name: .goStyle("for"), help: ArgumentHelp("Resume after this time, e.g. 30m, 2h or 1d.", valueName: "time"))
    var duration: String?

    @Option(
        name: .goStyle("until"),
        help: ArgumentHelp(
            "Resume at this time, e.g. 18:00 or 2026-12-24T18:00, in the time zone of this machine.", valueName: "time")
    )
    var time: String?

    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func validate() throws {
        if duration != nil, time != nil { throw ValidationError("Use either -for or -until, not both.") }
        _ = try end(now: Date())
    }

    func action(_ client: ControlClient) throws -> ControlAction {
        .pause(reason: reason, until: try end(now: Date()))
    }

    private func end(now: Date) throws -> Date? {
        do {
            if let duration { return try PauseEnd(after: duration, now: now).date }
            return try time.map { try PauseEnd(at: $0, now: now).date }
        } catch let malformed as PauseEnd.Malformed {
            throw ValidationError("'\((duration ?? time ?? "").printable)' \(malformed).")
        }
    }
}

struct ResumeCommand: ActionCommand {
    static let configuration = CommandConfiguration(
        "resume", abstract: "Resume deployments: end a pause; without a pause, a hold.",
        discussion: "Asks before it ends a hold, because the head of the branch is deployed then.")

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var engine: EngineFlags
    @OptionGroup var output: OutputFlags

    func action(_ client: ControlClient) async throws -> ControlAction {
        // Only what is there now: if the pause ends in this moment, the hold must stay.
        let state = try await client.engine()
        if state.isPaused { return .resume(ending: .pause) }
        guard let hold = state.hold else { return .resume() }
        try await confirmation.confirm(
            "End the hold at \(hold.summary)? The head of \(state.branch) is then deployed unless a rule forbids it.")
        return .resume(ending: .hold)
    }
}
