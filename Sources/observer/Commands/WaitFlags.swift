import ArgumentParser
import Foundation
import ObserverEngine

/// An action that queues a deployment, and can wait for its end.
protocol DeployingCommand: ActionCommand {
    var wait: WaitFlags { get }
}

extension DeployingCommand {
    func run() async throws {
        try await engine.withClient { client in
            let answer = try await client.perform(try await action(client))
            guard wait.isGiven, let id = answer.deployment else { return try output.write(ActionResult(answer)) }
            try await AwaitedDeployment(client: client, deployment: id, limit: wait.limit).run(answer, output)
        }
    }
}

/// Whether to wait for the end of a deployment.
struct WaitFlags: ParsableArguments {
    @Flag(
        name: .goStyle("wait"),
        help: "Wait until the deployment ends, and print its log to standard error. Exits with status 1 if it fails."
    )
    var isGiven = false

    @Option(
        name: .goStyle("wait-timeout"), parsing: .unconditional,
        help: ArgumentHelp(
            "Stop waiting after this time, with status 124. The deployment continues.", valueName: "seconds"))
    var seconds: Int?

    var limit: Duration? { seconds.map { .seconds($0) } }

    func validate() throws {
        guard let seconds else { return }
        guard isGiven else { throw ValidationError("-wait-timeout requires -wait.") }
        guard (1...604_800).contains(seconds) else {
            throw ValidationError("-wait-timeout must be between 1 and 604800 seconds.")
        }
    }
}

/// A deployment that was waited for or followed failed, or was superseded, cancelled or interrupted.
struct DeploymentNotSucceeded: Error, CustomStringConvertible {
    let deployment: DeploymentSummary
    /// The deployment that tries the commit again; nil without one, or if it could not be read.
    var retry: DeploymentSummary?
    /// The time that the start of the retry refers to.
    var now = Date()

    var description: String {
        guard let id = deployment.retry else { return deployment.end }
        let start = retry?.waits(now: now).map { " (\($0))" } ?? ""
        return "\(deployment.end) It is retried as deployment \(id)\(start): follow it with 'observer logs \(id) -f'."
    }
}

extension ControlClient {
    /// The error that a deployment ended without success.
    func failure(of ended: DeploymentSummary) async -> DeploymentNotSucceeded {
        guard let id = ended.retry else { return DeploymentNotSucceeded(deployment: ended) }
        return DeploymentNotSucceeded(deployment: ended, retry: try? await deployment(id).summary)
    }
}

/// A deployment had not ended at the time limit.
struct WaitTimedOut: Error, CustomStringConvertible {
    let deployment: Int64
    let limit: Duration

    var description: String {
        "Deployment \(deployment) has not ended after \(limit.brief); it continues. "
            + "Follow it with 'observer logs \(deployment) -f'."
    }
}

/// Waits for the end of a deployment.
struct AwaitedDeployment {
    let client: ControlClient
    let deployment: Int64
    /// nil waits without a limit.
    let limit: Duration?

    /// Prints the log of the deployment to standard error, then the result.
    /// - Throws: `DeploymentNotSucceeded`, `WaitTimedOut`, `ConnectionLost`
    func run(_ answer: ActionAnswer, _ output: OutputFlags) async throws {
        print("\(answer.result)\n")
        var result = ActionResult(answer)
        do {
            let ended = try await end()
            (result.stage, result.outcome) = (ended.stage, ended.outcome)
            if ended.stage == .succeeded { return try output.write(Ended(result: result, sentence: ended.end)) }
            let failure = await client.failure(of: ended)
            (result.retry, result.retryAt) = (ended.retry, failure.retry?.notBefore)
            if output.isJSON { try output.write(result) }
            throw failure
        } catch let timeout as WaitTimedOut {
            result.stage = try await client.deployment(deployment).summary.stage
            if output.isJSON { try output.write(result) }
            throw timeout
        }
    }

    private func end() async throws -> DeploymentSummary {
        guard let limit else { return try await follow() }
        do {
            return try await withTimeout(limit) { try await follow() }
        } catch is TimedOut {
            throw WaitTimedOut(deployment: deployment, limit: limit)
        }
    }

    private func follow() async throws -> DeploymentSummary {
        let reader = LogReader(client: client) { line in
            print(LogEntry(line: line).lines(in: TextStyle()).map { $0 + "\n" }.joined())
        }
        return try await reader.follow(deployment)
    }

    /// The reader of standard error may go away; the result does not depend on it.
    private func print(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// The result of a deployment that succeeded.
    private struct Ended: Report {
        let result: ActionResult
        let sentence: String

        func encode(to encoder: any Encoder) throws { try result.encode(to: encoder) }

        func lines(in style: TextStyle) -> [String] { [sentence.printable] }
    }
}

extension DeploymentSummary {
    /// How it ended, as a sentence.
    var end: String {
        let isComplete = stage == .succeeded || stage == .failed
        let result = "Deployment \(id) of \(commit.shortCommit) \(isComplete ? stage.rawValue : "did not complete")"
        return (outcome.map { "\(result): \($0.unbroken)" } ?? result).asSentence
    }
}
