import Crypto
import Foundation

extension String {
    /// The SHA-256 of the text, as 64 hexadecimal digits.
    package var sha256: String { SHA256.hash(data: Data(utf8)).map(\.hexadecimal).joined() }
}
