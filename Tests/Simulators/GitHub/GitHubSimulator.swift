import AsyncHTTPClient
import NIOCore

/// GitHub with one repository: REST API, webhooks and archives, in front of a real git repository.
package final class GitHubSimulator: Simulator {
    package let server: SimulatedServer
    package let options: GitHubOptions
    /// The origin that archives are redirected to; it must never see a token.
    package let codeload: CodeloadSimulator

    let state: Watched<State>
    let git: GitRepository
    let sender: WebhookSender
    let contract: OpenAPIContract?
    private let background = AsyncStream.makeStream(of: WebhookOrder.self)

    init(_ options: GitHubOptions = GitHubOptions()) async throws {
        self.options = options
        server = try await .bind()
        git = try await .create(defaultBranch: options.defaultBranch)
        state = Watched(State(options))
        codeload = CodeloadSimulator(server: try await .bind(), git: git, state: state)
        sender = WebhookSender(state: state, repositoryID: Documents.repositoryID, timeout: options.deliveryTimeout)
        contract = try SharedFolder.gitHubContract()
        let readme = NewCommit("Initial commit", ["README.md": .text("# \(options.repository)\n")])
        let root = try await git.commit([readme], by: options.pusher, onto: nil)
        try await git.setRef("refs/heads/\(options.defaultBranch)", to: root)
    }

    /// Serves until cancelled, then removes the repository.
    func run() async throws {
        defer { git.remove() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.server.run { await self.respond(to: $0) } }
            group.addTask { try? await self.codeload.run() }
            group.addTask { await self.deliverInBackground() }
        }
        try await sender.shutdown()
    }

    /// Sends a delivery without making the caller wait for it.
    func order(_ order: WebhookOrder) {
        background.continuation.yield(order)
    }

    var documents: Documents { Documents(api: url, owner: options.owner, name: options.repository, options: options) }

    private func deliverInBackground() async {
        await withDiscardingTaskGroup { group in
            for await order in background.stream {
                group.addTask { _ = await self.sender.send(order) }
            }
        }
    }
}
