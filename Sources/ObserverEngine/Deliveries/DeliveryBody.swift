package import Foundation
package import NIOCore

/// The two ways in which a webhook may wrap its payload.
package enum DeliveryBody: Sendable {
    case json
    /// `payload=` and the percent-encoded JSON.
    case form

    package init(contentType: String?) throws(DeliveryRejection) {
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
