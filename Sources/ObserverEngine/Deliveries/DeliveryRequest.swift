package import Foundation
package import NIOCore

/// A request to `/dploy`, before anything in it is believed.
package struct DeliveryRequest: Sendable {
    package static let bodyLimit = 25 * 1024 * 1024

    package var event: String?
    package var guid: String?
    package var hookID: Int?
    package var signature: String?
    package var contentType: String?
    /// All of them, for the record.
    package var headers: [Delivery.Header]
    package var body: ByteBuffer
    package var receivedAt: Date

    package init(headers: [Delivery.Header], body: ByteBuffer, receivedAt: Date = Date()) {
        let value = { (name: String) in headers.first { $0.name.lowercased() == name }?.value }
        event = value("x-github-event")
        guid = value("x-github-delivery")
        hookID = value("x-github-hook-id").flatMap(Int.init)
        signature = value("x-hub-signature-256")
        contentType = value("content-type")
        self.headers = headers.filter { !Self.credentials.contains($0.name.lowercased()) }
        self.body = body
        self.receivedAt = receivedAt
    }

    /// Refuses what can't be a delivery of ours, whatever its body says.
    func checkHeaders() throws(DeliveryRejection) {
        _ = try DeliveryBody(contentType: contentType)
        guard let signature else { throw .signatureMissing }
        guard WebhookSignature.isWellFormed(signature) else { throw .signatureWrong }
        guard event?.isEmpty == false else { throw .headerMissing("X-GitHub-Event") }
        guard guid?.isEmpty == false else { throw .headerMissing("X-GitHub-Delivery") }
    }

    private static let credentials: Set<String> = ["authorization", "proxy-authorization", "cookie"]
}
