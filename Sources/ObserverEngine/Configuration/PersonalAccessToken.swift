/// A personal access token of GitHub.
package enum PersonalAccessToken {
    /// In bytes; far more than any token has.
    private static let sizeLimit = 64 * 1024

    package static func content(ofFile path: String) throws(BoundedFile.Problem) -> [UInt8] {
        try BoundedFile.read(path, limit: sizeLimit, acceptsPipe: true)
    }

    /// Returns why the text can't be a token, as a predicate; nil if it can.
    package static func flaw(in text: String) -> String? {
        if text.isEmpty { return "is empty; it must contain a personal access token." }
        if let flaw = SecretText.flaw(in: text) { return flaw }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            ? nil : "contains whitespace or other characters that are not allowed in a personal access token."
    }
}
