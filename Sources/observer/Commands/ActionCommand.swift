import ArgumentParser
import Foundation
import Glibc
import ObserverEngine

/// A command that performs an action through the control API and prints the result.
protocol ActionCommand: AsyncParsableCommand {
    var engine: EngineFlags { get }
    var output: OutputFlags { get }

    /// Decides which action to perform, and asks for confirmation where that is needed.
    func action(_ client: ControlClient) async throws -> ControlAction
}

extension ActionCommand {
    func run() async throws {
        let answer = try await engine.withClient { client in
            try await client.perform(try await action(client))
        }
        try output.write(ActionResult(answer))
    }
}

/// The result of an action: a sentence, and the deployment that it queued or cancelled.
struct ActionResult: Report {
    let result: String
    let deployment: Int64?
    /// The end of the deployment, if it was waited for.
    var stage: DeploymentSummary.Stage?
    var outcome: String?
    /// The deployment that tries the commit again.
    var retry: Int64?
    /// When that one starts.
    var retryAt: Date?

    init(_ answer: ActionAnswer) {
        (result, deployment) = (answer.result, answer.deployment)
    }

    func lines(in style: TextStyle) -> [String] { [result.printable] }
}

/// The requested action is not possible.
struct ActionImpossible: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ sentence: String) {
        description = sentence
    }
}

/// Asks for confirmation before something is done that cannot simply be undone.
struct Confirmation: ParsableArguments {
    @Flag(name: .goStyle("yes"), help: "Do not ask for confirmation.")
    var isGiven = false

    struct Declined: Error, CustomStringConvertible {
        let description = "Nothing was changed."
    }

    /// - Parameter question: The question, possibly followed by its consequence.
    /// - Throws: `Declined`, `ValidationError` if there is no terminal
    func confirm(_ question: String) async throws {
        if isGiven { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("\(question.printable)\nThere is no terminal to confirm this on; use -yes.")
        }
        try FileHandle.standardError.write(contentsOf: Data("\(question.printable) [y/N] ".utf8))
        guard let answer = try await BlockingWork.runLong({ readLine() }),
            ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
        else { throw Declined() }
    }
}

extension CommandConfiguration {
    /// The configuration of a command, as opposed to that of the run.
    /// - Parameter arguments: The positional arguments as the help shows them, such as `[<id>]`.
    init(_ name: String, _ arguments: String? = nil, abstract: String, discussion: String = "") {
        self.init(
            commandName: name, abstract: abstract,
            usage: ["observer", name, arguments, "[options]"].compactMap(\.self).joined(separator: " "),
            discussion: discussion, helpNames: .help)
    }
}
