import ArgumentParser
import Foundation
import ObserverEngine

/// `observer complete KIND`: the ids that a shell offers, for the completion scripts. It prints nothing if no observer
/// answers at once.
struct CompleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Print the IDs for shell completion.", shouldDisplay: false, helpNames: [])

    private static let timeout = Duration.seconds(1)
    /// More would not fit on a screen.
    private static let limit = 50

    @Argument var kind: CompletionSubject
    /// The words of the command line so far, among them flags that select the observer.
    @Argument(parsing: .captureForPassthrough) var words: [String] = []

    func run() async throws {
        let flags = Self.selection(in: words)
        guard let engine = try? EngineFlags.parse(flags) else { return }
        let candidates = try? await withTimeout(Self.timeout) {
            try await engine.withClient { try await Self.candidates(kind, $0) }
        }
        for candidate in candidates ?? [] { print(candidate) }
    }

    private static func candidates(_ kind: CompletionSubject, _ client: ControlClient) async throws -> [String] {
        switch kind {
        case .apps:
            let report = try await client.apps()
            return report.apps.map { line($0.id, report.health(of: $0) ?? "health not known") }
        case .deployments:
            return try await client.deployments(limit: limit).map { line("\($0.id)", title(of: $0)) }
        case .succeeded:
            return try await client.deployments(limit: limit).filter { $0.stage == .succeeded }
                .map { line("\($0.id)", title(of: $0)) }
        case .unfinished:
            return try await client.deployments(limit: limit).filter { !$0.stage.isFinal }
                .map { line("\($0.id)", title(of: $0)) }
        case .unapproved:
            return try await client.deployments(limit: limit).filter { $0.plan != nil }
                .map { line("\($0.id)", title(of: $0)) }
        case .deliveries: return try await client.deliveries(limit: limit).map(row)
        case .pushes: return try await client.deliveries(limit: limit).filter(isReplayable).map(row)
        }
    }

    /// Whether a delivery is a stored push.
    static func isReplayable(_ delivery: DeliverySummary) -> Bool { delivery.event == "push" && delivery.id > 0 }

    private static func row(_ delivery: DeliverySummary) -> String {
        line(
            "\(delivery.id)",
            [delivery.event, delivery.verdict.rawValue, delivery.commit.map(\.shortCommit)]
                .compactMap(\.self).joined(separator: " "))
    }

    private static func title(of deployment: DeploymentSummary) -> String {
        let message = deployment.message?.split(separator: "\n").first.map(String.init)
        return [deployment.stage.rawValue, deployment.commit.shortCommit, message].compactMap(\.self)
            .joined(separator: " ")
    }

    /// fish and zsh show the description after the tab.
    private static func line(_ id: String, _ description: String) -> String {
        "\(id)\t\(description)".replacing("\n", with: " ").split(separator: "\t", maxSplits: 1)
            .map { String($0).printable }.joined(separator: "\t")
    }

    /// The flags in a command line, possibly incomplete, that select the observer.
    static func selection(in words: [String]) -> [String] {
        let names: Set<String> = ["socket", "url", "state", "owner", "repo", "branch", "ca-file"]
        var flags: [String] = []
        for (index, word) in words.enumerated() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.first?.flagName, names.contains(name) else { continue }
            if parts.count == 2 {
                flags += ["--\(name)", parts[1]]
            } else {
                // bash splits a flag and its value at the equals sign.
                let value = words.dropFirst(index + 1).first { $0 != "=" }
                if let value, !value.isEmpty { flags += ["--\(name)", value] }
            }
        }
        return flags
    }
}

/// The ids that an argument of a command takes.
enum CompletionSubject: String, CaseIterable, ExpressibleByArgument {
    case apps, deployments, succeeded, unfinished, unapproved, deliveries, pushes
}

extension CompletionKind {
    /// The IDs of a running observer.
    static func ids(_ subject: CompletionSubject) -> CompletionKind {
        .shellCommand("observer complete \(subject.rawValue)")
    }
}
