package import Foundation

extension GitHubSimulator {
    /// Commits text files (nil deletes the path) to a branch and notifies the hooks, as `git push` would.
    ///
    /// With `force`, the new commit replaces the head of the branch instead of following it. Without `deliver`, no delivery
    /// is sent or recorded.
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

    /// Pushes several commits at once, which may contain executables, symbolic links and raw bytes.
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

    /// Moves a branch to an existing commit: forward, or back as `git push --force` does.
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

    /// The head of a branch; nil if the branch does not exist.
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
        var guid: String?
        var deliveries: [Delivery] = []
        if deliver {
            (guid, deliveries) = await notify("push", payload)
            if update.isCreation { await notify("create", documents.refPayload(update)) }
            if update.isDeletion { await notify("delete", documents.refPayload(update)) }
        }
        return Push(
            ref: update.ref,
            before: update.before,
            after: update.after,
            message: update.head?.message ?? "",
            timestamp: Date(),
            payload: payload,
            guid: guid ?? UUID().uuidString.lowercased(),
            deliveries: deliveries
        )
    }
}

extension GitHubSimulator {
    /// A created, moved or deleted ref, with the resulting deliveries.
    package struct Push: Sendable {
        package let ref: String
        /// 40 zeros if the ref is new.
        package let before: String
        /// 40 zeros if the ref was deleted.
        package let after: String
        package let message: String
        package let timestamp: Date
        package let payload: JSON
        /// The GUID of the delivery to the first hook; an unused one if there was no delivery.
        package let guid: String
        package let deliveries: [Delivery]

        /// Without `refs/heads/` or `refs/tags/`.
        package var branch: String { ref.split(separator: "/").dropFirst(2).joined(separator: "/") }

        /// The response to the first delivery; nil if there was no hook, it could not be reached, or deliveries are in disorder.
        package var answer: DeliveryAnswer? { deliveries.first?.outcome.answer }
    }
}
