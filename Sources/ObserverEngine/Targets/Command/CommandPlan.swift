/// The plan of a deployment by commands, as far as the plan command knows it.
package struct CommandPlan: TargetPlan {
    let source: DeploymentSource
    let previous: CommitInfo?
    /// The variables of the commands.
    let environment: [String: String]
    /// nil without a plan command.
    let verdict: PlanVerdict?

    package var summary: String {
        switch verdict {
        case nil: "run the deploy command"
        case let verdict? where verdict.changesAnything: "run the deploy command; the plan command reports changes"
        case _?: "the plan command reports no changes"
        }
    }

    package var text: [String] { verdict?.text ?? [] }
    package var changesAnything: Bool { verdict?.changesAnything ?? true }
    package var changes: [AppChange] { [] }
    package var warnings: [PlanWarning] { [] }
    package var running: RunningCommit? { nil }
}

/// The answer of a plan command: exit status 0 for nothing to do, 2 for changes, and the plan on standard output.
struct PlanVerdict: Equatable, Sendable {
    /// In bytes; a longer plan is cut.
    static let outputLimit = 64 * 1024
    private static let shownErrors = 3

    let text: [String]
    let changesAnything: Bool

    /// - Throws: `CommandFailure` for any other status.
    init(_ output: ChildProcess.Output) throws(CommandFailure) {
        text = Self.lines(of: output.standardOutput)
        switch output.ending {
        case .exited(0): changesAnything = false
        case .exited(2): changesAnything = true
        default:
            let errors = Self.lines(of: output.standardError).suffix(Self.shownErrors).joined(separator: " / ")
            throw .planFailed(ending: output.ending, errors: errors)
        }
    }

    private static func lines(of bytes: [UInt8]) -> [String] {
        var splitter = LineSplitter()
        return splitter.consume(bytes) + [splitter.finish()].compactMap(\.self)
            + (bytes.count < outputLimit ? [] : ["… the rest is cut"])
    }
}
