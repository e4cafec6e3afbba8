/// The tree has no valid app descriptor or no valid app specs.
package enum SpecFailure: DeploymentFailure {
    case descriptorMissing
    case descriptorInvalid(reason: String)
    case specsMissing
    /// - Parameter reason: The rest of a sentence about the path, and the remedy without its full stop.
    case notInArchive(path: String, reason: String)
    case specsInvalid([SpecProblem])

    package var description: String {
        switch self {
        case .descriptorMissing:
            "The repository has no dploy.app at its top level. Nothing was applied. Add one and push again."
        case .descriptorInvalid(let reason):
            "dploy.app: \(reason) Nothing was applied. Fix the file and push again."
        case .specsMissing:
            "The repository has no specs/*.json. Nothing was applied. Add an app spec and push again."
        case .notInArchive(let path, let reason):
            "GitHub's archive of the commit lacks \(path): it \(reason), and push again. Nothing was applied."
        case .specsInvalid(let problems): problems.sentence
        }
    }
}

extension [SpecProblem] {
    /// The problems and what to do about them.
    package var sentence: String {
        map(\.description).joined(separator: "; ")
            + ". Nothing was applied. Fix \(count == 1 ? "it" : "them") and push again."
    }
}

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
