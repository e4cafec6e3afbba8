import Foundation
package import Logging
import ServiceLifecycle

/// Verifies the token with GitHub at startup, and again when GitHub rejects it later; everything that needs the token
/// waits for it. Once a day, warns if the token expires soon.
package struct Authentication: Service {
    /// GitHub rejects the token, and a retry does not help.
    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    private let gitHub: GitHubClient
    private let token: AccessToken
    private let status: BranchStatus
    private let transcript: Transcript
    private let logger: Logger
    private let reminder: Duration

    /// - Parameter reminder: The time between two checks whether the token expires soon.
    package init(
        gitHub: GitHubClient, token: AccessToken, status: BranchStatus, transcript: Transcript, logger: Logger,
        reminder: Duration = .seconds(86_400)
    ) {
        self.reminder = reminder
        self.gitHub = gitHub
        self.token = token
        self.status = status
        self.transcript = transcript
        self.logger = logger
    }

    /// Returns once GitHub accepts the token.
    /// - Throws: `CancellationError`
    package func granted() async throws {
        try await status.wait { $0.authentication == .granted }
    }

    /// - Throws: `Refused`
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await authenticate()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in token.refusals { try await verify() }
                }
                group.addTask { try await remind() }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    /// The token may come close to its end, or be replaced by one with fewer permissions, long after the start.
    private func remind() async throws {
        while true {
            try await Task.sleep(for: reminder)
            // A failure is reported by the requests that need an answer.
            guard let grant = try? await gitHub.authenticate() else { continue }
            for warning in grant.warnings(now: Date()) { logger.warning("\(warning)") }
        }
    }

    private func authenticate() async throws {
        logger.debug("Token Source \(token.current)", metadata: [.auth: "step"])
        logger.debug("Auth client for \(gitHub.api)", metadata: [.auth: "step"])
        do {
            let grant = try await Retry(until: nil, logger: logger) {
                try await showingFailure(of: gitHub.authenticate)
            }
            logger.debug("GitHub client for \(gitHub.repository), \(grant.summary)", metadata: [.auth: "done"])
            for warning in grant.warnings(now: Date()) { logger.warning("\(warning)") }
            status.note(problem: nil, from: .authentication)
            status.update { $0.authentication = .granted }
            transcript.authenticated()
        } catch let error as GitHubError {
            status.note(problem: error.description, from: .authentication)
            status.update { $0.authentication = .refused }
            throw Refused(description: error.description)
        }
    }

    /// Shows the failure of an attempt while it is retried.
    private func showingFailure(of attempt: () async throws -> TokenGrant) async throws -> TokenGrant {
        do {
            return try await attempt()
        } catch let error as GitHubError {
            status.note(problem: error.description, from: .authentication)
            throw error
        }
    }

    /// Finds out whether the token really is rejected, and retries until GitHub accepts it or a new one.
    private func verify() async throws {
        var backoff = Backoff(first: .seconds(2), limit: .seconds(300))
        while true {
            do {
                let grant = try await gitHub.authenticate()
                guard status.engine.authentication != .granted else { return }
                status.note(problem: nil, from: .authentication)
                status.update { $0.authentication = .granted }
                return logger.info("Token accepted again: \(grant.summary)", metadata: [.auth: "done"])
            } catch let error as GitHubError where error.isTransient {
                logger.warning("\(error) Retrying.")
            } catch let error as GitHubError {
                let problem = "\(error) Deliveries are still accepted and stored; deployments wait. \(token.remedy)"
                let isNew = status.note(problem: problem, from: .authentication)
                status.update { $0.authentication = .refused }
                if isNew { logger.error("\(problem)", metadata: [.auth: "step"]) }
            }
            try await Task.sleep(for: backoff.delay())
        }
    }
}
