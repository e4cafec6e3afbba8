/// The rules for the text of a secret, wherever it was read from.
package enum SecretText {
    /// Why the text can't be used as a token, user or password, as a predicate; nil if it can.
    package static func flaw(in text: String) -> String? {
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            return "contains a line break or another control character; remove it."
        }
        return isQuoted(text)
            ? "is enclosed in quotes, which would be sent too; remove them. Docker's --env-file keeps quotes." : nil
    }

    private static func isQuoted(_ text: String) -> Bool {
        ["\"", "'", "`"].contains { text.count > 1 && text.hasPrefix($0) && text.hasSuffix($0) }
    }
}
