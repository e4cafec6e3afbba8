import Foundation
package import Logging
import ServiceLifecycle

/// Proves the token to GitHub at the start, and again when GitHub refuses it in the middle of a run; what needs the token
/// waits for that.
package struct Authentication: Service {
    /// GitHub refuses the token, and trying again does not help.
    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    private let gitHub: GitHubClient
    private let token: AccessToken
    private let status: BranchStatus
    private let transcript: Transcript
    private let logger: Logger

    package init(gitHub: GitHubClient, token: AccessToken, status: BranchStatus, transcript: Transcript, logger: Logger)
    {
        self.gitHub = gitHub
        self.token = token
        self.status = status
        self.transcript = transcript
        self.logger = logger
    }

    /// Returns while GitHub takes the token.
    /// - Throws: `CancellationError`
    package func granted() async throws {
        try await status.wait { $0.authentication == .granted }
    }

    /// - Throws: `Refused`
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await authenticate()
                for await _ in token.refusals { try await prove() }
            }
        } catch is CancellationError {
            // Told to stop.
        }
    }

    private func authenticate() async throws {
        logger.debug("Token Source \(token.current)", metadata: [.auth: "step"])
        logger.debug("Auth client for \(gitHub.api)", metadata: [.auth: "step"])
        do {
            let grant = try await Retry(until: nil, logger: logger) { try await gitHub.authenticate() }
            logger.debug("GitHub client for \(gitHub.repository), \(grant.summary)", metadata: [.auth: "done"])
            if grant.repository.lowercased() != gitHub.repository.description.lowercased() {
                let renamed =
                    "The repository \(gitHub.repository) is called \(grant.repository) now. Its pushes bear the new name "
                    + "and are ignored until owner and repo are set to it."
                logger.warning("\(renamed)")
            }
            for warning in grant.warnings(now: Date()) { logger.warning("\(warning)") }
            status.update { $0.authentication = .granted }
            transcript.authenticated()
        } catch let error as GitHubError {
            status.update { state in
                state.authentication = .refused
                state.problem = error.description
            }
            throw Refused(description: error.description)
        }
    }

    /// Finds out whether the token really is refused, and asks again until it, or another one, is taken.
    private func prove() async throws {
        var backoff = Backoff(first: .seconds(2), limit: .seconds(300))
        while true {
            do {
                let grant = try await gitHub.authenticate()
                guard status.engine.authentication != .granted else { return }
                status.update { state in
                    state.authentication = .granted
                    state.problem = nil
                }
                return logger.info("GitHub takes the token again: \(grant.summary)", metadata: [.auth: "done"])
            } catch let error as GitHubError where error.isTransient {
                logger.warning("\(error) Retrying.")
            } catch let error as GitHubError {
                let problem = "\(error) Deliveries are still taken and stored; deployments wait. \(token.remedy)"
                let isKnown = status.engine.problem == problem
                status.update { state in
                    state.authentication = .refused
                    state.problem = problem
                }
                if !isKnown { logger.error("\(problem)", metadata: [.auth: "step"]) }
            }
            try await Task.sleep(for: backoff.delay())
        }
    }
}
