/// A request for a plan.
package struct PlanRequest: Codable, Sendable, Equatable {
    /// A branch, a tag, or a full or short commit ID; nil for the head of the branch.
    package var ref: String?

    package init(ref: String? = nil) {
        self.ref = ref
    }
}

/// The changes that a deployment would make. Nothing has been changed.
package struct PlanReport: Codable, Sendable, Equatable {
    package struct Commit: Codable, Sendable, Equatable {
        package var id: String
        /// The first line of the message.
        package var message: String?
        package var author: String?

        package init(id: String, message: String? = nil, author: String? = nil) {
            self.id = id
            self.message = message
            self.author = author
        }
    }

    /// Why the commit can't be deployed, at one place of a file.
    package struct Problem: Codable, Sendable, Equatable {
        package var file: String
        /// A JSON pointer (RFC 6901); empty for the file as a whole.
        package var pointer: String
        /// Counts from 1.
        package var line: Int?
        package var message: String

        package init(file: String, pointer: String = "", line: Int? = nil, message: String) {
            self.file = file
            self.pointer = pointer
            self.line = line
            self.message = message
        }
    }

    /// The commit that the target runs now; nil if it runs none or does not know.
    package var running: Commit?
    /// The commits of the running apps where they have several and it is not known which was deployed last; nil otherwise.
    package var runningCommits: [String]?
    /// The commit that is being deployed now, and may still fail; nil if none is.
    package var deploying: Commit?
    /// The planned commit; nil for a local directory.
    package var commit: Commit?
    /// The changes in a few words: "2 updated (/a, /b), 1 unchanged".
    package var summary: String
    package var changes: [AppChange]
    /// The plan in the words of the target, line by line, such as the output of a plan command.
    package var text: [String] = []
    /// Notes for an operator who is about to deploy it.
    package var warnings: [String]
    /// Not empty if the commit can't be deployed; then there are no changes.
    package var problems: [Problem]
    package var changesAnything: Bool

    package init(
        running: Commit? = nil, commit: Commit? = nil, summary: String, changes: [AppChange] = [],
        warnings: [String] = [], problems: [Problem] = [], changesAnything: Bool = false
    ) {
        self.running = running
        self.commit = commit
        self.summary = summary
        self.changes = changes
        self.warnings = warnings
        self.problems = problems
        self.changesAnything = changesAnything
    }
}
