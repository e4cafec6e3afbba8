import Foundation
import Glibc
import Subprocess
import SystemPackage

/// Deploys by a shell command in the unpacked tree.
package struct CommandTarget: DeploymentTarget {
    private let command: String
    private let environment: [String: String]
    private let timeout: Duration

    /// - Parameter environment: The command inherits it, less what holds a secret, be it one that we do not use.
    package init(command: String, environment: [String: String], redactor: Redactor, timeout: Duration) {
        self.command = command
        let secret = Set(Setting.allCases.filter(\.isSecret).compactMap(\.environmentVariable))
        self.environment = environment.filter { !secret.contains($0.key) && !redactor.findsSecret(in: $0.value) }
        self.timeout = timeout
    }

    package func deploy(
        _ tree: SourceFetch.Tree, for report: DeploymentReport, until deadline: ContinuousClock.Instant
    ) async throws -> String {
        try await report.advance(to: .applying)
        let request = await report.deployment.request
        let journal = report.journal
        await journal.note("running", command)
        let status: TerminationStatus
        do {
            status = try await withTimeout(max(.zero, deadline - .now)) {
                try await run(for: request, in: tree.root, journal: journal)
            }
        } catch is TimedOut {
            throw DeploymentFailure.commandTimedOut(after: timeout)
        } catch let error as SubprocessError {
            throw DeploymentFailure.commandFailed(status: "an error before it began: \(error)")
        }
        guard status.isSuccess else { throw DeploymentFailure.commandFailed(status: status.words) }
        return "the deploy command succeeded"
    }

    private func run(for request: DeploymentRequest, in root: String, journal: Journal) async throws
        -> TerminationStatus
    {
        var options = PlatformOptions()
        // A session of its own, so that what the command started ends with it.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", command],
            environment: .custom(variables(for: request)),
            workingDirectory: FilePath(root), platformOptions: options,
            input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
            defer {
                // The shell may go before its children; the group goes by the shell's id.
                if Task.isCancelled { kill(-execution.processIdentifier.value, SIGKILL) }
            }
            var splitter = LineSplitter()
            for try await chunk in execution.standardOutput {
                await journal.note("output", splitter.consume(chunk.withUnsafeBytes { Array($0) }))
            }
            await journal.note("output", [splitter.finish()].compactMap(\.self))
        }
        // What it left running bears its number for as long as it runs.
        kill(-outcome.processIdentifier.value, SIGKILL)
        return outcome.terminationStatus
    }

    private func variables(for request: DeploymentRequest) -> [Environment.Key: String] {
        var variables = environment
        variables["DPLOY_COMMIT"] = request.commit.id.description
        variables["DPLOY_BRANCH"] = request.branch.name
        variables["DPLOY_OWNER"] = request.branch.repository.owner
        variables["DPLOY_REPO"] = request.branch.repository.name
        variables["DPLOY_PUSHER"] = request.commit.pusher ?? ""
        return Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
    }
}

extension TerminationStatus {
    fileprivate var words: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .signaled(let signal): "signal \(signal)"
        }
    }
}
