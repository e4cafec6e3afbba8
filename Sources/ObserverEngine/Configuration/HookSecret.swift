import Crypto
import Foundation

/// The secret with which GitHub signs deliveries.
package enum HookSecret {
    /// Derived from the access token by HKDF-SHA256 (RFC 5869), so that it needs no state: the same token and repository
    /// always result in the same secret, which does not reveal the token. 64 hexadecimal digits.
    package static func derived(from token: Secret, repository: RepositoryName) -> Secret {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(token.value.utf8)),
            salt: Data("dploy-observer webhook".utf8),
            info: Data(repository.key.utf8),
            outputByteCount: 32)
        return Secret(key.withUnsafeBytes { $0.map { $0.hexadecimal }.joined() })
    }
}
