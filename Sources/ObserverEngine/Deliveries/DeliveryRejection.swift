/// Why a delivery is refused.
package enum DeliveryRejection: Error, Equatable, CustomStringConvertible {
    case signatureMissing
    case signatureWrong
    case headerMissing(String)
    case notJSON
    case malformed(PushEvent.Malformed)
    case mediaType(String?)
    case tooLarge(limit: Int)
    case storeFailed

    package var status: Int {
        switch self {
        case .signatureMissing, .signatureWrong: 401
        case .headerMissing, .notJSON, .malformed: 400
        case .mediaType: 415
        case .tooLarge: 413
        case .storeFailed: 503
        }
    }

    package var description: String {
        switch self {
        case .signatureMissing: "the header X-Hub-Signature-256 is missing"
        case .signatureWrong: "the signature does not match"
        case .headerMissing(let name): "the header \(name) is missing"
        case .notJSON: "the body is not a JSON object"
        case .malformed(let malformed): "\(malformed)"
        case .mediaType(let type):
            "the content type \(type?.printable ?? "(none)") is neither application/json nor "
                + "application/x-www-form-urlencoded"
        case .tooLarge(let limit): "the body is larger than \(limit / 1024 / 1024) MiB"
        case .storeFailed: "the delivery could not be stored; deliver it again"
        }
    }
}
