import Simulators

/// Bodies of deliveries, with the documented fields that matter.
enum Payload {
    static let commit = "5b4a3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b"
    static let previous = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"
    static let zeros = String(repeating: "0", count: 40)

    static func push(
        branch: String = "dcos", ref: String? = nil, before: String = previous, after: String = commit,
        repository: String = "mhausenblas/s4d", deleted: Bool = false
    ) -> JSON {
        [
            "ref": .string(ref ?? "refs/heads/\(branch)"), "before": .string(before), "after": .string(after),
            "deleted": .bool(deleted), "repository": ["full_name": .string(repository)],
            "head_commit": deleted
                ? .null
                : ["id": .string(after), "message": "Say hello", "author": ["name": "Ada", "username": "ada"]],
            "pusher": ["name": "ada"],
        ]
    }

    /// As a webhook with the content type `form` sends it.
    static func form(_ payload: JSON) -> String {
        "payload="
            + payload.bytes.map { byte in
                switch byte {
                case UInt8(ascii: " "): "+"
                case UInt8(ascii: "a")...UInt8(ascii: "z"): String(UnicodeScalar(byte))
                default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
            }.joined()
    }
}
