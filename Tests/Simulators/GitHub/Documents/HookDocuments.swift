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

    /// The configuration; GitHub never shows a secret, only that there is one.
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
            "repository_id": .integer(Self.repositoryID), "throttled_at": nil,
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
