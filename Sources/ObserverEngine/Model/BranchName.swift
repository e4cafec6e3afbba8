/// Git's rules for branch names.
/// Source: https://git-scm.com/docs/git-check-ref-format
package enum BranchName {
    /// Why the text is not a valid branch name; nil if it is.
    package static func flaw(in text: String) -> String? {
        let forbidden: Set<Character> = [" ", "~", "^", ":", "?", "*", "[", "\\"]
        if text.isEmpty { return "it is empty" }
        if text.hasPrefix("refs/") { return "leave out refs/heads/" }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
            return "it has control characters"
        }
        if let character = text.first(where: forbidden.contains) { return "it has the character '\(character)'" }
        if text.contains("..") || text.contains("@{") || text == "@" { return "it has '..' or '@{'" }
        if text.hasPrefix("-") { return "it begins with a dash" }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") || $0.hasSuffix(".lock") }) || text.hasSuffix(".") {
            return "a part of it is empty, begins with a dot or ends in .lock"
        }
        return nil
    }
}
