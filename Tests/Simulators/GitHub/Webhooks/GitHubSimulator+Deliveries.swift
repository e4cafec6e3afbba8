import Foundation

extension GitHubSimulator {
    /// Sends arbitrary bytes as a delivery without recording it, as an attacker or a broken proxy would.
    ///
    /// The default URL is that of the first hook. Without a secret the delivery is not signed. `headers` replace those that
    /// GitHub would send.
    @discardableResult
    package func deliver(
        event: String,
        body: [UInt8],
        secret: String? = nil,
        guid: String = UUID().uuidString.lowercased(),
        headers: HeaderFields = [:],
        contentType: String = "application/json",
        url: String? = nil
    ) async -> DeliveryOutcome {
        let hook = hooks().first
        var fields: HeaderFields = [
            "Accept": "*/*", "Content-Type": contentType, "User-Agent": "GitHub-Hookshot/0ff5cb1",
            "X-GitHub-Delivery": guid, "X-GitHub-Event": event, "X-GitHub-Hook-ID": "\(hook?.id ?? 0)",
            "X-GitHub-Hook-Installation-Target-ID": "\(state.value.repository.id)",
            "X-GitHub-Hook-Installation-Target-Type": "repository",
        ]
        if let secret { fields = fields.merging(WebhookSignature.headers(of: body, secret: secret)) }
        return await sender.post(body, headers: fields.merging(headers), to: url ?? hook?.url ?? "")
    }

    /// Sends a JSON document as a delivery, signed with the secret of the first hook.
    @discardableResult
    package func deliver(
        event: String,
        payload: JSON,
        guid: String = UUID().uuidString.lowercased()
    ) async -> DeliveryOutcome {
        await deliver(event: event, body: payload.bytes, secret: hooks().first?.secret, guid: guid)
    }

    /// Sends the newest delivery with the GUID again, like the "Redeliver" button on GitHub.
    @discardableResult
    package func redeliver(_ guid: String) async -> Delivery? {
        guard let delivery = redelivery(where: { $0.guid == guid }) else { return nil }
        return await sender.send(delivery)
    }

    func redelivery(where condition: (Delivery) -> Bool) -> PendingDelivery? {
        let state = state.value
        guard let delivery = state.deliveries.last(where: condition),
            let hook = state.hooks.first(where: { $0.id == delivery.hookID })
        else { return nil }
        return PendingDelivery(
            hook: hook,
            event: delivery.event,
            action: delivery.action,
            payload: delivery.payload,
            guid: delivery.guid,
            isRedelivery: true
        )
    }

    /// Sends an event to every subscribed hook in the background.
    func announce(_ event: String, _ payload: JSON) {
        for hook in hooks() where hook.listens(to: event) {
            enqueue(
                PendingDelivery(hook: hook, event: event, payload: payload, guid: UUID().uuidString.lowercased()))
        }
    }

    /// Sends an event to every subscribed hook, each with its own GUID, and waits for the responses unless its deliveries are
    /// in disorder.
    /// - Returns: The GUID of the delivery to the first hook, and the deliveries that were waited for.
    @discardableResult
    func notify(_ event: String, _ payload: JSON) async -> (guid: String?, deliveries: [Delivery]) {
        let (hooks, isInDisorder) = state.read { ($0.hooks, $0.disorder?.concerns(event) ?? false) }
        let pending = hooks.filter { $0.listens(to: event) }.map { hook in
            PendingDelivery(hook: hook, event: event, payload: payload, guid: UUID().uuidString.lowercased())
        }
        let guid = pending.min { $0.hook.id < $1.hook.id }?.guid
        guard !isInDisorder else {
            for delivery in pending { enqueue(delivery) }
            return (guid, [])
        }
        return await withTaskGroup(of: Delivery.self) { group in
            for delivery in pending { group.addTask { await self.sender.send(delivery) } }
            let deliveries = await group.reduce(into: []) { $0.append($1) }
            return (guid, deliveries.sorted { $0.hookID < $1.hookID })
        }
    }
}
