import Crypto
import Foundation

/// One app that the repository wants to run, whether its spec stood alone or in a group.
package struct AppSpec: Equatable, Sendable {
    /// Absolute.
    package let id: String
    /// Where it was read, for messages: `specs/web.json`.
    package let file: String
    /// Where in the file, as a JSON pointer.
    package let pointer: String
    /// The app definition with an absolute id and absolute dependencies, without our labels.
    package let definition: JSONValue

    init(id: String, file: String, pointer: String, definition: JSONValue) {
        self.id = id
        self.file = file
        self.pointer = pointer
        self.definition = definition
    }

    /// SHA-256 of the canonical definition, as 64 hexadecimal digits: the same for what means the same.
    package var fingerprint: String {
        SHA256.hash(data: Data(definition.canonical.utf8)).map(\.hexadecimal).joined()
    }

    /// The definition as it goes to Marathon, with our labels beside its own.
    package func labelled(app name: String, commit: CommitID) -> JSONValue {
        var labels = definition["labels"]?.object ?? [:]
        labels[DployLabel.app] = .string(name)
        labels[DployLabel.spec] = .string(fingerprint)
        labels[DployLabel.commit] = .string(commit.description)
        var labelled = definition
        labelled["labels"] = .object(labels)
        return labelled
    }
}

/// The labels by which we know our apps again at Marathon.
package enum DployLabel {
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
    /// The groups that specs describe, absolute: what of ours is in them and in no spec was taken out of its group.
    package var groups: [String] = []
}
