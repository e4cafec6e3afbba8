import Crypto
import Foundation

/// A named token of the control API. Only its digest is known, so a copy of the file with it opens nothing.
package struct ControlToken: Equatable, Sendable {
    /// The name of the owner of `DPLOY_OBSERVER_ADMIN_TOKEN`.
    package static let admin = "admin"
    private static let nameLimit = 64
    private static let algorithm = "sha256:"

    package let name: String
    package let role: Operator.Role
    /// The SHA-256 of the token.
    private let digest: [UInt8]

    /// - Parameter token: The token itself, which is not kept.
    package init(name: String, role: Operator.Role, token: Secret) {
        self.name = name
        self.role = role
        digest = Array(SHA256.hash(data: Data(token.value.utf8)))
    }

    /// Why a line can't be a token, as a sentence.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Reads `NAME ROLE sha256:DIGEST`.
    package init(line: some StringProtocol) throws(Malformed) {
        let parts = String(line).split { $0.isWhitespace }.map(String.init)
        guard parts.count == 3 else { throw Malformed(description: "expected NAME ROLE sha256:DIGEST") }
        if let flaw = Self.flaw(inName: parts[0]) { throw Malformed(description: "the name \(flaw)") }
        guard let role = Operator.Role(rawValue: parts[1]) else {
            throw Malformed(description: "the role must be one of \(Self.roles)")
        }
        guard parts[2].hasPrefix(Self.algorithm),
            let digest = [UInt8](hexadecimal: parts[2].dropFirst(Self.algorithm.count)),
            digest.count == SHA256.byteCount
        else {
            throw Malformed(description: "the digest must be sha256: and 64 hexadecimal digits")
        }
        self.name = parts[0]
        self.role = role
        self.digest = digest
    }

    /// The line of the file of `-tokens`.
    package var line: String {
        "\(name) \(role.rawValue) \(Self.algorithm)\(digest.map(\.hexadecimal).joined())"
    }

    /// A new token of 256 random bits. Its prefix lets scanners for leaked secrets recognize it.
    package static func random() -> Secret {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        return Secret("dploy_" + text.replacing("=", with: ""))
    }

    package static var roles: String { Operator.Role.allCases.map(\.rawValue).joined(separator: ", ") }

    /// Why the text can't be the name of a token, as a predicate; nil if it can.
    package static func flaw(inName name: String) -> String? {
        if name == admin { return "is reserved for DPLOY_OBSERVER_ADMIN_TOKEN" }
        let isPlain = name.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return Character(scalar).isLetter && scalar.isASCII || Character(scalar).isNumber && scalar.isASCII
                || "._@-".unicodeScalars.contains(scalar)
        }
        guard isPlain, (1...nameLimit).contains(name.utf8.count) else {
            return "must have 1 to \(nameLimit) letters, digits and characters of ._@-"
        }
        return nil
    }
}

extension [ControlToken] {
    /// The token that was sent. The comparison takes the same time wherever they differ, and for every token of the list.
    package func matching(_ sent: String) -> ControlToken? {
        let digest = SHA256.hash(data: Data(sent.utf8))
        var found: ControlToken?
        for token in self where token.has(digest) { found = token }
        return found
    }
}

extension ControlToken {
    fileprivate func has(_ other: SHA256Digest) -> Bool { other == digest }
}
