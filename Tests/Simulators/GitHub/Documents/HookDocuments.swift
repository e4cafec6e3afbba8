extension Documents {
    func hook(_ hook: GitHubSimulator.Hook) -> JSON {
        let url = "\(repositoryURL)/hooks/\(hook.id)"
        return [
            "type": "Repository", "id": .integer(hook.id), "name": "web", "active": .bool(hook.isActive),
            "events": JSON(strings: hook.events), "config": config(of: hook),
            "updated_at": .string(Timestamp.seconds(hook.updatedAt)),
            "created_at": .string(Timestamp.seconds(hook.createdAt)), "url": .string(url),
            "test_url": .string("\(url)/test"), "ping_url": .string("\(url)/pings"),
            "deliveries_url": .string("\(url)/deliveries"),
            "last_response": [
                "code": hook.lastResponse.code.map(JSON.integer) ?? .null,
                "status": .string(hook.lastResponse.status), "message": JSON(hook.lastResponse.message),
            ],
        ]
    }

    /// The configuration. GitHub never shows a secret, only that there is one.
    func config(of hook: GitHubSimulator.Hook) -> JSON {
        var config: JSON = [
            "url": .string(hook.url), "content_type": .string(hook.contentType),
            "insecure_ssl": .string(hook.insecureSSL),
        ]
        if hook.secret != nil { config["secret"] = "********" }
        return config
    }

    func deliveryItem(_ delivery: GitHubSimulator.Delivery) -> JSON {
        [
            "id": .integer(delivery.id), "guid": .string(delivery.guid),
            "delivered_at": .string(Timestamp.seconds(delivery.deliveredAt)),
            "redelivery": .bool(delivery.isRedelivery), "duration": JSON(delivery.duration),
            "status": .string(delivery.outcome.message), "status_code": .integer(delivery.outcome.code),
            "event": .string(delivery.event), "action": JSON(delivery.action), "installation_id": nil,
            "repository_id": .integer(repositoryID), "throttled_at": nil,
        ]
    }

    func delivery(_ delivery: GitHubSimulator.Delivery, to url: String) -> JSON {
        let answer = delivery.outcome.answer
        return deliveryItem(delivery).merging([
            "url": .string(url),
            "request": ["headers": delivery.requestHeaders.json, "payload": delivery.payload],
            "response": ["headers": answer?.headers.json ?? [:], "payload": JSON(answer?.text)],
        ])
    }
}

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

    /// The payload of `create` and `delete`, which contain only the short name.
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
