/// A symbolic link of a commit that was not unpacked.
package struct LeftOutLink: Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case leadsOut
        case loop
    }

    /// Relative to the repository.
    package let path: String
    package let target: String
    package let reason: Reason

    package init(path: String, target: String, reason: Reason) {
        self.path = path
        self.target = target
        self.reason = reason
    }

    /// The rest of a sentence about the path.
    package var explanation: String {
        switch reason {
        case .leadsOut: "is a symbolic link that points outside the repository, to \(target.printable)"
        case .loop: "is a symbolic link that points back to itself"
        }
    }
}
