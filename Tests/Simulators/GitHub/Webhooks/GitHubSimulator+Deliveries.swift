import Foundation

extension GitHubSimulator {
    /// Sends arbitrary bytes as a delivery and keeps no record of it: what an attacker, or a broken proxy, would send.
    ///
    /// Without a URL it goes to the first hook's. Without a secret it is not signed. `headers` replace those that
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
            "X-GitHub-Hook-Installation-Target-ID": "\(Documents.repositoryID)",
            "X-GitHub-Hook-Installation-Target-Type": "repository",
        ]
        if let secret { fields = fields.merging(WebhookSignature.headers(of: body, secret: secret)) }
        return await sender.post(body, headers: fields.merging(headers), to: url ?? hook?.url ?? "")
    }

    /// Sends a JSON document as a delivery, signed with the first hook's secret.
    @discardableResult
    package func deliver(
        event: String,
        payload: JSON,
        guid: String = UUID().uuidString.lowercased()
    ) async -> DeliveryOutcome {
        await deliver(event: event, body: payload.bytes, secret: hooks().first?.secret, guid: guid)
    }
}
