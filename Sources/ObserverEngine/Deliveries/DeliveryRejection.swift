/// Why a delivery is refused.
package enum DeliveryRejection: Error, Equatable, CustomStringConvertible {
    /// Where only GitHub's own addresses are heard.
    case foreignAddress(IPAddress?)
    /// GitHub has not told its addresses yet.
    case addressesUnknown
    case signatureMissing
    case signatureWrong
    case headerMissing(String)
    case notJSON
    case malformed(PushEvent.Malformed)
    case mediaType(String?)
    case tooLarge(limit: Int)
    case tooSlow(limit: Duration)
    case interrupted
    /// Too many large bodies are being read.
    case busy
    case storeFailed

    package var status: Int {
        switch self {
        case .signatureMissing, .signatureWrong: 401
        case .foreignAddress: 403
        case .headerMissing, .notJSON, .malformed, .interrupted: 400
        case .tooSlow: 408
        case .mediaType: 415
        case .tooLarge: 413
        case .addressesUnknown, .busy, .storeFailed: 503
        }
    }

    package var description: String {
        switch self {
        case .foreignAddress(let address):
            "it comes from \(address?.description ?? "an unknown address"), which is none of GitHub's (-github-addresses-only)"
        case .addressesUnknown: "GitHub has not told its addresses yet; deliver it again"
        case .signatureMissing: "the header X-Hub-Signature-256 is missing"
        case .signatureWrong: "the signature does not match"
        case .headerMissing(let name): "the header \(name) is missing"
        case .notJSON: "the body is not a JSON object"
        case .malformed(let malformed): "\(malformed)"
        case .mediaType(let type):
            "the content type \(type?.printable ?? "(none)") is neither application/json nor "
                + "application/x-www-form-urlencoded"
        case .tooLarge(let limit): "the body is larger than \(limit / 1024 / 1024) MiB"
        case .tooSlow(let limit): "the body did not come within \(limit.brief)"
        case .interrupted: "the body did not come to its end"
        case .busy: "too many large deliveries are coming in; deliver it again"
        case .storeFailed: "the delivery could not be stored; deliver it again"
        }
    }
}
