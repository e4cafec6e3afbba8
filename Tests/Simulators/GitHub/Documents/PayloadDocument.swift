extension Documents {
    func pushPayload(_ update: RefUpdate) -> JSON {
        let range =
            update.isCreation ? update.shortName : "\(update.before.prefix(12))...\(update.after.prefix(12))"
        return [
            "ref": .string(update.ref), "before": .string(update.before), "after": .string(update.after),
            "created": .bool(update.isCreation), "deleted": .bool(update.isDeletion),
            "forced": .bool(update.isForced), "base_ref": nil, "compare": .string("\(htmlURL)/compare/\(range)"),
            "commits": .array(update.commits.map(payloadCommit)),
            "head_commit": update.head.map(payloadCommit) ?? .null,
            "repository": webhookRepository(inPush: true),
            "pusher": ["name": .string(options.pusher.login), "email": .string(options.pusher.email)],
            "sender": user(options.pusher.login),
        ]
    }

    func pingPayload(_ hook: GitHubSimulator.Hook) -> JSON {
        var shown = hook
        shown.lastResponse = GitHubSimulator.Hook.LastResponse()
        return [
            "zen": "Speak like a human.", "hook_id": .integer(hook.id), "hook": self.hook(shown),
            "repository": webhookRepository(inPush: false), "sender": user(options.pusher.login),
        ]
    }

    /// The payload of `create` and `delete`, which know the short name only.
    func refPayload(_ update: RefUpdate) -> JSON {
        var payload: JSON = [
            "ref": .string(update.shortName), "ref_type": .string(update.kind), "pusher_type": "user",
            "repository": webhookRepository(inPush: false), "sender": user(options.pusher.login),
        ]
        if update.isCreation {
            payload["master_branch"] = .string(options.defaultBranch)
            payload["description"] = nil
        }
        return payload
    }

    private func payloadCommit(_ commit: GitCommit) -> JSON {
        [
            "id": .string(commit.sha), "tree_id": .string(commit.tree), "distinct": true,
            "message": .string(commit.message), "timestamp": .string(commit.committer.date),
            "url": .string("\(htmlURL)/commit/\(commit.sha)"), "author": committer(commit.author),
            "committer": committer(commit.committer), "added": JSON(strings: commit.added),
            "removed": JSON(strings: commit.removed), "modified": JSON(strings: commit.modified),
        ]
    }

    private func committer(_ signature: GitCommit.Signature) -> JSON {
        var person: JSON = ["name": .string(signature.name), "email": .string(signature.email)]
        if signature.email == options.pusher.email { person["username"] = .string(options.pusher.login) }
        return person
    }
}
