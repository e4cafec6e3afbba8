package import struct Foundation.Date

/// A commit to be pushed.
package struct NewCommit: Sendable {
    package var message: String
    package var changes: [String: FileChange]
    /// When it was committed; nil for the moment of the push.
    package var date: Date?

    package init(_ message: String, _ changes: [String: FileChange], date: Date? = nil) {
        self.message = message
        self.changes = changes
        self.date = date
    }
}
