package import Foundation
package import NIOCore

/// A request to `/dploy` before any of it is trusted.
package struct DeliveryRequest: Sendable {
    package static let bodyLimit = 25 * 1024 * 1024
    private static let credentials: Set<String> = ["authorization", "proxy-authorization", "cookie"]

    package var event: String?
    package var guid: String?
    package var hookID: Int?
    package var signature: String?
    package var contentType: String?
    /// All headers except credentials.
    package var headers: [Delivery.Header]
    package var body: ByteBuffer
    package var receivedAt: Date

    package init(headers: [Delivery.Header], body: ByteBuffer, receivedAt: Date = Date()) {
        self.headers = []
        self.headers.reserveCapacity(headers.count)
        for header in headers {
            let name = header.name.lowercased()
            switch name {
            case "x-github-event": event = event ?? header.value
            case "x-github-delivery": guid = guid ?? header.value
            case "x-github-hook-id": hookID = hookID ?? Int(header.value)
            case "x-hub-signature-256": signature = signature ?? header.value
            case "content-type": contentType = contentType ?? header.value
            default: break
            }
            if !Self.credentials.contains(name) { self.headers.append(header) }
        }
        self.body = body
        self.receivedAt = receivedAt
    }

    /// Rejects what can't be a valid delivery, whatever its body contains, before that is read. `DeliveryReceiver` decides once
    /// the body is known.
    func checkHeaders() throws(DeliveryRejection) {
        _ = try DeliveryBody(contentType: contentType)
        guard let signature else { throw .signatureMissing }
        guard WebhookSignature.isWellFormed(signature) else { throw .signatureWrong }
        guard event?.isEmpty == false else { throw .headerMissing("X-GitHub-Event") }
        guard guid?.isEmpty == false else { throw .headerMissing("X-GitHub-Delivery") }
    }
}

/// The two encodings of a webhook's payload.
package enum DeliveryBody: Sendable {
    case json
    /// `payload=` and the percent-encoded JSON.
    case form

    package init(contentType: String?) throws(DeliveryRejection) {
        // GitHub writes it without parameters.
        if contentType == "application/json" {
            self = .json
            return
        }
        let type = contentType?.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        switch type {
        case "application/json": self = .json
        case "application/x-www-form-urlencoded": self = .form
        default: throw .mediaType(contentType?.beginning(ofBytes: 100))
        }
    }

    /// The payload's JSON.
    package func payload(of body: ByteBuffer) throws(DeliveryRejection) -> Data {
        let bytes = body.readableBytesView
        switch self {
        case .json:
            return Data(bytes)
        case .form:
            for field in bytes.split(separator: UInt8(ascii: "&")) {
                guard field.starts(with: "payload=".utf8) else { continue }
                return try Self.decoded(field.dropFirst("payload=".utf8.count))
            }
            throw .notJSON
        }
    }

    /// Source: https://url.spec.whatwg.org/#concept-urlencoded-parser
    private static func decoded(_ bytes: some Collection<UInt8>) throws(DeliveryRejection) -> Data {
        var decoded = Data(capacity: bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"):
                decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next(), let low = rest.next(),
                    let value = [UInt8](hexadecimal: String(decoding: [high, low], as: UTF8.self))?.first
                else { throw .notJSON }
                decoded.append(value)
            default:
                decoded.append(byte)
            }
        }
        return decoded
    }
}
