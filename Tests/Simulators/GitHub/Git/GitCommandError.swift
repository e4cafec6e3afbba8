/// A git command that failed.
package struct GitCommandError: Error, CustomStringConvertible {
    package var arguments: [String]
    package var message: String

    package var description: String { "git \(arguments.joined(separator: " ")): \(message)" }
}
