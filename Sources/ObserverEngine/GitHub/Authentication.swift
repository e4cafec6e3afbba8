import Foundation
package import Logging
import ServiceLifecycle

/// Proves the token to GitHub once, at the start; what needs it waits for that.
package struct Authentication: Service {
    /// GitHub refuses the token, and trying again does not help.
    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    private let gitHub: GitHubClient
    private let token: Secret
    private let status: EngineStatus
    private let transcript: Transcript
    private let logger: Logger
    private let proof = Latch<TokenGrant>()

    package init(gitHub: GitHubClient, token: Secret, status: EngineStatus, transcript: Transcript, logger: Logger) {
        self.gitHub = gitHub
        self.token = token
        self.status = status
        self.transcript = transcript
        self.logger = logger
    }

    /// Returns once the token is proved.
    /// - Throws: `CancellationError`
    @discardableResult
    package func granted() async throws -> TokenGrant {
        try await proof.get()
    }

    /// - Throws: `Refused`
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await authenticate() }
            try await gracefulShutdown()
        } catch is CancellationError {
            // Told to stop.
        }
    }

    private func authenticate() async throws {
        logger.debug("Token Source \(token)", metadata: [.auth: "step"])
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
            proof.set(grant)
        } catch let error as GitHubError {
            status.update { state in
                state.authentication = .refused
                state.problem = error.description
            }
            throw Refused(description: error.description)
        }
    }
}
