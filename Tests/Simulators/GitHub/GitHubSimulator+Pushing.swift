import Foundation

extension GitHubSimulator {
    /// Commits texts (nil deletes the path) to a branch and tells the hooks, as `git push` would.
    ///
    /// With `force` the new commit replaces the branch's head instead of following it. Without `deliver` GitHub
    /// fails to tell anybody, and remembers no delivery.
    @discardableResult
    package func push(
        files: [String: String?],
        message: String = "Change the specs",
        branch: String? = nil,
        force: Bool = false,
        deliver: Bool = true
    ) async throws -> Push {
        let changes = files.mapValues { $0.map(FileChange.text) ?? .deleted }
        return try await push([NewCommit(message, changes)], branch: branch, force: force, deliver: deliver)
    }

    /// Pushes several commits at once, or commits with executables, symbolic links and raw bytes.
    @discardableResult
    package func push(
        _ commits: [NewCommit],
        branch: String? = nil,
        force: Bool = false,
        deliver: Bool = true
    ) async throws -> Push {
        let branch = branch ?? options.branch
        let head = try await git.head(of: branch)
        var base = head
        if force, let head { base = try await git.commit(head)?.parents.first }
        let commit = try await git.commit(commits, by: options.pusher, onto: base)
        return try await move("refs/heads/\(branch)", from: head, to: commit, forced: force, deliver: deliver)
    }

    /// Points a branch to a commit that exists already: forward, or back as `git push --force` does.
    @discardableResult
    package func move(branch: String, to commit: String, deliver: Bool = true) async throws -> Push {
        let head = try await git.head(of: branch)
        var forced = false
        if let head { forced = try await !git.isAncestor(head, of: commit) }
        return try await move("refs/heads/\(branch)", from: head, to: commit, forced: forced, deliver: deliver)
    }

    /// Creates a branch at a commit (nil: the head of the watched branch).
    @discardableResult
    package func createBranch(_ name: String, at commit: String? = nil, deliver: Bool = true) async throws -> Push {
        try await move("refs/heads/\(name)", from: nil, to: try await start(commit), forced: false, deliver: deliver)
    }

    @discardableResult
    package func deleteBranch(_ name: String, deliver: Bool = true) async throws -> Push {
        try await delete("refs/heads/\(name)", deliver: deliver)
    }

    /// Creates a lightweight tag at a commit (nil: the head of the watched branch).
    @discardableResult
    package func createTag(_ name: String, at commit: String? = nil, deliver: Bool = true) async throws -> Push {
        try await move("refs/tags/\(name)", from: nil, to: try await start(commit), forced: false, deliver: deliver)
    }

    @discardableResult
    package func deleteTag(_ name: String, deliver: Bool = true) async throws -> Push {
        try await delete("refs/tags/\(name)", deliver: deliver)
    }

    /// The commit at the head of a branch; nil where there is no such branch.
    package func head(of branch: String? = nil) async throws -> String? {
        try await git.head(of: branch ?? options.branch)
    }

    private func start(_ commit: String?) async throws -> String {
        if let commit { return commit }
        if let head = try await head() { return head }
        return try await git.head(of: options.defaultBranch) ?? GitRepository.zeros
    }

    private func move(
        _ ref: String,
        from before: String?,
        to after: String,
        forced: Bool,
        deliver: Bool
    ) async throws -> Push {
        let range = before.map { ["\($0)..\(after)"] } ?? [after, "--not", "--exclude=\(ref)", "--branches"]
        let commits = try await git.log(["--reverse"] + range)
        try await git.setRef(ref, to: after)
        let update = RefUpdate(
            ref: ref,
            before: before ?? GitRepository.zeros,
            after: after,
            isForced: forced,
            commits: commits,
            head: try await git.commit(after)
        )
        return await announce(update, deliver: deliver)
    }

    private func delete(_ ref: String, deliver: Bool) async throws -> Push {
        let before = try await git.resolve(ref) ?? GitRepository.zeros
        try await git.deleteRef(ref)
        let after = GitRepository.zeros
        let update = RefUpdate(ref: ref, before: before, after: after, isForced: false, commits: [], head: nil)
        return await announce(update, deliver: deliver)
    }

    private func announce(_ update: RefUpdate, deliver: Bool) async -> Push {
        let payload = documents.pushPayload(update)
        var deliveries: [Delivery] = []
        if deliver {
            deliveries = await tell("push", payload)
            if update.isCreation { await tell("create", documents.refPayload(update)) }
            if update.isDeletion { await tell("delete", documents.refPayload(update)) }
        }
        return Push(
            ref: update.ref,
            before: update.before,
            after: update.after,
            message: update.head?.message ?? "",
            timestamp: Date(),
            payload: payload,
            guid: deliveries.first?.guid ?? UUID().uuidString.lowercased(),
            deliveries: deliveries
        )
    }

    /// Tells every hook that listens to the event, each with a GUID of its own, and waits for their answers.
    @discardableResult
    func tell(_ event: String, _ payload: JSON) async -> [Delivery] {
        let orders = state.value.hooks.filter { $0.listens(to: event) }.map { hook in
            WebhookOrder(hook: hook, event: event, payload: payload, guid: UUID().uuidString.lowercased())
        }
        return await withTaskGroup(of: Delivery.self) { group in
            for order in orders { group.addTask { await self.sender.send(order) } }
            let deliveries = await group.reduce(into: []) { $0.append($1) }
            return deliveries.sorted { $0.hookID < $1.hookID }
        }
    }
}
