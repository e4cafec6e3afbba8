/// One app that the repository wants to run, whether its spec is a file of its own or part of a group.
package struct AppSpec: Equatable, Sendable {
    /// Absolute.
    package let id: String
    /// Where it was read, for messages: `specs/web.json`.
    package let file: String
    /// Where in the file, as a JSON pointer.
    package let pointer: String
    /// The app definition with an absolute id and absolute dependencies, without the labels of the observer.
    package let definition: JSONValue

    init(id: String, file: String, pointer: String, definition: JSONValue) {
        self.id = id
        self.file = file
        self.pointer = pointer
        self.definition = definition
    }

    /// SHA-256 of the canonical definition, as 64 hexadecimal digits. Equivalent specs have the same fingerprint.
    package var fingerprint: String { definition.canonical.sha256 }

    /// Whether the spec has a number of instances; a null counts as absent.
    private var hasInstances: Bool { (definition["instances"] ?? .null) != .null }

    /// The definition as it is sent to Marathon, with the labels of the observer added to its own.
    /// - Parameters:
    ///   - commit: nil leaves the label of the commit out.
    ///   - running: The number of instances of the app in Marathon, which a spec without a number keeps; nil if there is no
    ///     such app.
    package func labelled(app name: String, commit: CommitID? = nil, running: Int? = nil) -> JSONValue {
        var labels = definition["labels"]?.object ?? [:]
        labels[DployLabel.app] = .string(name)
        labels[DployLabel.spec] = .string(fingerprint)
        if let commit { labels[DployLabel.commit] = .string(commit.description) }
        var labelled = definition
        labelled["labels"] = .object(labels)
        if let running, !hasInstances { labelled["instances"] = .integer(Int64(running)) }
        return labelled
    }
}

/// The labels that mark managed apps in Marathon.
package enum DployLabel {
    /// Where they are in the definition of an app.
    static var pointers: [String] { all.map { "/labels/\($0)" } }

    /// The `app_name` of the app descriptor.
    package static let app = "DPLOY"
    /// The fingerprint of the spec.
    package static let spec = "DPLOY_SPEC"
    /// The commit that last changed the app.
    package static let commit = "DPLOY_COMMIT"

    static let all = [app, spec, commit]
}

/// Everything that the repository wants to run.
package struct AppSpecs: Equatable, Sendable {
    package var apps: [AppSpec] = []
    /// The groups that specs describe, absolute. A managed app in one of them that is in no spec was removed from it.
    package var groups: [String] = []
    /// Specs that may be missing, as sentences.
    package var warnings: [String] = []
}
