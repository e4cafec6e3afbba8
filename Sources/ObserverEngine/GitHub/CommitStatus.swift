/// A commit status, shown next to the commit.
/// Source: https://docs.github.com/rest/commits/statuses
package struct CommitStatus: Encodable, Sendable, Equatable {
    package enum State: String, Encodable, Sendable {
        case pending, success, failure, error
    }

    /// Distinguishes the observer's statuses from others'.
    package static let context = CheckReport.own

    /// In code points. GitHub rejects longer ones.
    package static let descriptionLimit = 140

    package let state: State
    package let description: String
    package let context = Self.context

    package init(state: State, description: String) {
        self.state = state
        // GitHub rejects characters of four bytes, such as emoji.
        let accepted = String(String.UnicodeScalarView(description.unicodeScalars.map { $0.value > 0xFFFF ? "?" : $0 }))
        let scalars = accepted.unicodeScalars
        self.description =
            scalars.count <= Self.descriptionLimit
            ? accepted : String(scalars.prefix(Self.descriptionLimit - 1)) + "…"
    }

    /// The same state, with a description that GitHub can't object to.
    var plain: CommitStatus {
        CommitStatus(state: state, description: "Deployment: \(state.rawValue). See the log of the observer.")
    }
}
