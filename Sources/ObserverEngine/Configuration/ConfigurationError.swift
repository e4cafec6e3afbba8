/// Everything that is wrong with the settings, so that an operator mends it in one go.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        /// Where the value came from or would go: a flag, a variable, a file.
        package let source: String
        /// What is wrong, and what to do.
        package let sentence: String

        package var description: String { "\(source): \(sentence)" }
    }

    package let problems: [Problem]

    package var description: String {
        let count = problems.count == 1 ? "one setting" : "\(problems.count) settings"
        return "observer can't start, \(count) must be mended:\n"
            + problems.map { "  \($0.description.printable)" }.joined(separator: "\n")
    }
}
