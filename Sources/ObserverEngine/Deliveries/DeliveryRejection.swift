/// Why a delivery is rejected.
package enum DeliveryRejection: Error, Equatable, CustomStringConvertible {
    /// With -github-addresses-only.
    case foreignAddress(IPAddress?)
    /// With -github-addresses-only, before GitHub's addresses are known.
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
    /// Too many large bodies are in memory.
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

    /// Its name without what the client has sent.
    var kind: String {
        switch self {
        case .foreignAddress: "foreign address"
        case .mediaType: "media type"
        case .malformed: "malformed"
        case .addressesUnknown, .signatureMissing, .signatureWrong, .headerMissing, .notJSON, .tooLarge, .tooSlow,
            .interrupted, .busy, .storeFailed:
            description
        }
    }

    package var description: String {
        switch self {
        case .foreignAddress(let address):
            "\(address?.description ?? "an unknown address") is not one of GitHub's addresses (-github-addresses-only)"
        case .addressesUnknown: "GitHub's addresses are not available yet; redeliver it later"
        case .signatureMissing: "the header X-Hub-Signature-256 is missing"
        case .signatureWrong: "the signature does not match"
        case .headerMissing(let name): "the header \(name) is missing"
        case .notJSON: "the body is not a JSON object"
        case .malformed(let malformed): "\(malformed)"
        case .mediaType(let type):
            "the content type \(type?.printable ?? "(none)") is neither application/json nor "
                + "application/x-www-form-urlencoded"
        case .tooLarge(let limit): "the body is larger than \(limit / 1024 / 1024) MiB"
        case .tooSlow(let limit): "the body did not arrive within \(limit.brief)"
        case .interrupted: "the body was cut off"
        case .busy: "too many large deliveries at once; redeliver it later"
        case .storeFailed: "the delivery could not be stored; redeliver it later"
        }
    }
}
