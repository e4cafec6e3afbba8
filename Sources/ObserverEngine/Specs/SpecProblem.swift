/// A problem at one place in a spec.
package struct SpecProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// `specs/web.json`
    package let file: String
    /// A JSON pointer (RFC 6901); empty for the file as a whole.
    package let pointer: String
    package let message: String

    package init(file: String, pointer: String = "", message: String) {
        self.file = file
        self.pointer = pointer
        self.message = message
    }

    package var description: String {
        [file, pointer, message].filter { !$0.isEmpty }.joined(separator: ": ").printable
    }
}
