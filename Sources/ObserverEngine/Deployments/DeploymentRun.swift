import Foundation
import Logging

/// One deployment from the queue to its end. Read it top-down: it is the story of a push.
struct DeploymentRun: Sendable {
    /// How long GitHub's API may lag behind its webhook before we believe that a push was taken back or its branch removed.
    private static let lagPatience = Duration.seconds(5)

    let report: DeploymentReport
    let gitHub: GitHubClient
    let store: Store
    let source: SourceFetch
    let target: any DeploymentTarget
    let statuses: CommitStatusReporter
    let stateDirectory: String
    let timeout: Duration
    let logger: Logger

    private var journal: Journal { report.journal }

    /// GitHub refuses the token: the commit has to wait for another one.
    struct TokenRefused: Error {}

    /// - Throws: `CancellationError` when it is cut short, `TokenRefused`, `Store.Failed`, `Store.AlreadyEnded`; every other end is
    ///   in the row.
    func run() async throws {
        let deadline = ContinuousClock.now + timeout
        do {
            try await report.advance(to: .fetching)
            guard try await isStillWanted(until: deadline) else { return }
            statuses.report(.pending, "Deploying", on: await commit)
            let workspace = try makeWorkspace()
            defer { try? FileManager.default.removeItem(atPath: workspace) }
            let tree = try await fetch(into: workspace, until: deadline)
            let outcome = try await target.deploy(tree, for: report, until: deadline)
            try await report.finish(as: .succeeded, outcome: outcome)
            statuses.report(.success, outcome, on: await commit)
        } catch let error where error is CancellationError || Task.isCancelled {
            throw CancellationError()
        } catch let failure as DeploymentFailure where failure.isTokenRefused {
            await journal.note("interrupted", "\(failure)", level: .warning)
            throw TokenRefused()
        } catch let error as Store.Failed {
            // It says nothing about the commit, which is taken up again once the store works.
            throw error
        } catch let error as Store.AlreadyEnded {
            // Its row says already how.
            throw error
        } catch {
            try await fail(because: journal.clean("\(error)"))
        }
    }

    private var commit: CommitID { get async { await report.deployment.commit } }

    /// Confirms the commit against the head of the branch; one that is not wanted any more makes room for the head.
    private func isStillWanted(until deadline: ContinuousClock.Instant) async throws -> Bool {
        let deployment = await report.deployment
        let request = deployment.request
        guard !Deployment.Trigger.operatorsChoices.contains(request.trigger) else { return true }
        do {
            switch try await standing(of: request, until: deadline) {
            case .wanted: return true
            case .replaced(let newer):
                var wanted = request
                (wanted.commit, wanted.delivery) = (newer.info, nil)
                let outcome = "the branch \(request.branch.name) points at \(newer.sha.short) now"
                await journal.note("superseded", outcome)
                _ = try await store.supersede(deployment, with: wanted, outcome: outcome)
            case .gone:
                try await report.finish(
                    as: .superseded, outcome: "the branch \(request.branch.name) does not exist any more")
            }
            return false
        } catch let error as GitHubError {
            throw DeploymentFailure.headUnknown(error)
        }
    }

    private enum Standing {
        case wanted
        case replaced(by: GitHubBranch.Head)
        case gone
    }

    /// How the commit stands to the branch, once that is certain.
    private func standing(
        of request: DeploymentRequest, until deadline: ContinuousClock.Instant
    ) async throws -> Standing {
        let retry = Retry(until: deadline, logger: logger)
        // Counted from the first answer: that may have taken as long as it liked.
        var believed: ContinuousClock.Instant?
        while true {
            let head = try await retry { try await unlessUnknown { try await gitHub.branch(request.branch.name).commit } }
            var comparison: GitHubComparison.Status?
            if let head, head.sha != request.commit.id {
                comparison = try await retry {
                    try await unlessUnknown { try await gitHub.compare(base: request.commit.id, head: head.sha) }
                }
            }
            let check = HeadCheck.judge(
                commit: request.commit.id, previous: request.commit.previous, head: head?.sha, comparison: comparison)
            if check == .current { return .wanted }
            let end = believed ?? .now + Self.lagPatience
            if check.isCertain || .now >= end { return head.map(Standing.replaced) ?? .gone }
            believed = end
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// nil where GitHub does not know what it is asked for.
    private func unlessUnknown<Answer: Sendable>(_ ask: () async throws -> Answer) async throws -> Answer? {
        do {
            return try await ask()
        } catch let error as GitHubError where error.reason == .notFound {
            return nil
        }
    }

    private func makeWorkspace() throws -> String {
        do {
            return try Workspace.make(in: stateDirectory, logger: logger)
        } catch {
            throw DeploymentFailure.workspace(reason: error.localizedDescription)
        }
    }

    private func fetch(into workspace: String, until deadline: ContinuousClock.Instant) async throws -> SourceFetch.Tree
    {
        let commit = await commit
        let tree = try await source.fetch(commit, into: workspace, until: deadline)
        await journal.note(
            "fetched", "\(commit.short), \(tree.files) files, \(tree.bytes.formatted(.byteCount(style: .file)))")
        return tree
    }

    private func fail(because reason: String) async throws {
        await journal.note("failed", reason, level: .error)
        try await report.finish(as: .failed, outcome: reason)
        statuses.report(.failure, reason, on: await commit)
    }
}
