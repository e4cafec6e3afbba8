import Logging

/// Lets a deployment wait in its row while GitHub rejects the token for one of its requests, although it accepts the token
/// otherwise.
struct TokenWait: Sendable {
    /// The deployment is in the queue again.
    struct PutBack: Error {}

    private static let tokenCheckInterval = Duration.seconds(2)

    let recorder: DeploymentRecorder
    let gate: DeploymentGate
    let store: Store
    let token: AccessToken

    /// Calls the body until GitHub accepts the token for everything that it asks for.
    /// - Throws: `PutBack` if the observer is paused meanwhile, and an error of the body.
    func run(_ body: () async throws -> Void) async throws {
        var pause = Backoff(first: .seconds(2), limit: .seconds(300))
        var isReported = false
        while true {
            do {
                return try await body()
            } catch let refusal as TokenRefused {
                if !isReported { await recorder.log.write("waiting", refusal.description, level: .warning) }
                isReported = true
                try await wait(atMost: pause.delay())
                try await gate.open()
                let isOverridden = await recorder.deployment.request.override != nil
                let isPaused = try await gate.isPaused
                guard isOverridden || !isPaused else {
                    try await store.putBack(await recorder.deployment)
                    throw PutBack()
                }
            }
        }
    }

    /// Ends early at another push, a pause or another token.
    private func wait(atMost limit: Duration) async throws {
        let changes = store.feed.signals { change in
            switch change {
            case .branch: true
            case .deployment(let deployment): deployment.stage == .queued
            default: false
            }
        }
        let used = token.current
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { return } }
            group.addTask { try await Task.sleep(for: limit) }
            group.addTask {
                while await !token.isRenewed(since: used) {
                    try await Task.sleep(for: Self.tokenCheckInterval)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// GitHub rejected the token: the commit has to wait for another one.
struct TokenRefused: Error {
    let description: String
}
