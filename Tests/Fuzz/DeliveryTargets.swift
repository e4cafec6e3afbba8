import Crypto
import Foundation
import NIOCore

@testable import ObserverEngine

extension FuzzTarget {
    /// The first line is the header, the rest is the body. Without the secret no header is valid; the correct header is valid
    /// for every body.
    static let signature = FuzzTarget(name: "signature") { input in
        let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let header = String(decoding: parts[0], as: UTF8.self)
        let body = ByteBuffer(bytes: parts.dropFirst().first ?? [])
        let signature = WebhookSignature(secret: Secret("hush"))
        precondition(!signature.isValid(header, of: body), "a random header is valid")

        let key = SymmetricKey(data: Array("hush".utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(body.readableBytesView), using: key)
        let correct = "sha256=" + code.map(\.hexadecimal).joined()
        precondition(signature.isValid(correct, of: body), "the correct header is not valid")
    }

    /// A form is decoded or rejected, and decoding reverses encoding.
    static let form = FuzzTarget(name: "form") { input in
        _ = try? DeliveryBody.form.payload(of: ByteBuffer(bytes: input))

        let encoded = input.map { $0 == UInt8(ascii: " ") ? "+" : "%" + $0.hexadecimal }.joined()
        let payload = try? DeliveryBody.form.payload(of: ByteBuffer(string: "a=1&payload=\(encoded)&b"))
        precondition(payload == Data(input), "decoding does not reverse encoding")
    }

    /// A body is a push with everything a deployment needs, or it is rejected with a reason. The same holds for its stored form.
    static let push = FuzzTarget(name: "push") { input in
        check(Data(input))
        if let json = try? JSONDecoder().decode(JSONValue.self, from: Data(input)) { check(Data(json.canonical.utf8)) }
    }

    private static func check(_ json: Data) {
        do throws(DeliveryRejection) {
            let push = try PushEvent(json: json)
            precondition(push.ref.hasPrefix("refs/") && !push.repository.owner.isEmpty && !push.repository.name.isEmpty)
            _ = DeliveryVerdict.judge(
                event: "push", push: push,
                watched: WatchedBranch(repository: RepositoryName(owner: "mhausenblas", name: "s4d"), name: "dcos"))
            try WebhookPayload.checkObject(json)
        } catch {
            precondition(error.status == 400, "rejected with \(error.status): \(error)")
        }
    }
}
