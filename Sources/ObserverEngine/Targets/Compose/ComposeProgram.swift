import Foundation

/// Runs Compose for one project.
struct ComposeProgram: Sendable {
    /// The end of the output that explains a failure.
    private static let tailLength = 4
    private static let configLimit = 16 * 1024 * 1024

    let tools: ComposeTools
    let project: String
    /// The compose files, relative to the tree.
    let files: [String]
    var environment: [String: String]
    let directory: ComposeDirectory
    /// The time limit of the settings, for messages.
    let timeout: Duration

    /// The directory of the first compose file, relative to the tree; empty for the root.
    var base: String { files.first.map { ($0 as NSString).deletingLastPathComponent } ?? "" }

    /// The configuration of the services in a tree, as Compose resolves it. Changes nothing.
    /// - Throws: `SpecFailure` where Compose rejects a file, `ComposeFailure`, `CancellationError`
    func config(of root: String, until deadline: ContinuousClock.Instant) async throws -> String {
        let command = process(tools.compose[0], arguments(["config"], in: root, labels: nil), in: root)
        let output: ChildProcess.Output
        do {
            output = try await withTimeout(max(.milliseconds(1), deadline - .now)) {
                try await command.collect(limit: Self.configLimit)
            }
        } catch let error as ChildProcess.NotStarted {
            throw ComposeFailure.clientMissing(tried: [tools.compose.joined(separator: " ")], reason: "\(error)")
        } catch is TimedOut {
            throw ComposeFailure.clientMissing(
                tried: [tools.compose.joined(separator: " ")], reason: "'config' timed out")
        }
        if output.ending.isSuccess { return output.standardOutput.text }
        let lines = output.standardError.text.split(whereSeparator: \.isNewline).map(String.init)
        let reason = Self.reason(in: lines).replacing(root + "/", with: "")
        guard EngineComplaint(in: reason) == nil else { throw ComposeFailure.engineUnavailable(reason: reason) }
        throw SpecFailure.specsInvalid([
            SpecProblem(file: files.first ?? "", message: reason.withoutFullStop)
        ])
    }

    /// Runs a call that changes something, with its output in the log.
    /// - Throws: `ComposeFailure`, `CancellationError`
    func run(
        _ step: ComposeFailure.Step, _ arguments: [String], in root: String, labels: String? = nil,
        log: DeploymentLogWriter, until deadline: ContinuousClock.Instant
    ) async throws {
        let record = LeftoverProcess(file: directory.processFile)
        try await record.end()
        await log.write("compose", ([step.rawValue] + arguments).joined(separator: " "))
        let compose = [tools.compose[0]] + self.arguments([step.rawValue] + arguments, in: root, labels: labels)
        let command = process("/bin/sh", record.recording(compose), in: root)
        let tail = OutputTail(length: Self.tailLength)
        let ending: ChildProcess.Ending
        do {
            ending = try await withTimeout(max(.milliseconds(1), deadline - .now)) {
                try await command.run { lines in
                    await tail.append(lines)
                    await log.write(output: lines)
                }
            }
        } catch let error as ChildProcess.NotStarted {
            throw ComposeFailure.clientMissing(tried: [tools.compose.joined(separator: " ")], reason: "\(error)")
        } catch is TimedOut {
            throw ComposeFailure.timedOut(step, after: timeout)
        }
        await log.endOutput()
        guard ending.isSuccess else {
            throw ComposeFailure.ended(step, ending: "\(ending)", reason: Self.reason(in: await tail.lines))
        }
    }

    private func arguments(_ rest: [String], in root: String, labels: String?) -> [String] {
        let all = files.map { "\(root)/\($0)" } + [labels].compactMap(\.self)
        var arguments = Array(tools.compose.dropFirst())
        arguments += environmentFile(for: root)
        arguments += ["-p", project]
        for file in all { arguments += ["-f", file] }
        return arguments + rest
    }

    /// Compose does not find a file that is in another tree by itself.
    private func environmentFile(for root: String) -> [String] {
        guard let file = directory.environmentFile(of: root, base: base), !file.hasPrefix(root + "/") else { return [] }
        return ["--env-file", file]
    }

    private func process(_ program: String, _ arguments: [String], in root: String) -> ChildProcess {
        ChildProcess(program, arguments, environment: environment, directory: root)
    }

    private static func reason(in lines: [String]) -> String {
        let text = lines.map { $0.expandingTabs().trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        return text.isEmpty ? "it printed no reason." : text.suffix(tailLength).joined(separator: " | ")
    }
}

extension String {
    /// The message of a `SpecProblem`, to which a full stop is added where it is a sentence.
    var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
