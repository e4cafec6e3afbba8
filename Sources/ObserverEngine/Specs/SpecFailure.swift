/// The tree has no valid app descriptor or no valid app specs.
package enum SpecFailure: DeploymentFailure {
    case descriptorMissing
    case descriptorInvalid(reason: String)
    /// - Parameters:
    ///   - instead: What was found in the directory, and is not read.
    ///   - composeFile: A compose file in the tree, which belongs to another target.
    case specsMissing(instead: [String] = [], composeFile: String? = nil)
    /// - Parameter reason: The rest of a sentence about the path, and the remedy without its full stop.
    case notInArchive(path: String, reason: String)
    case specsInvalid([SpecProblem])

    /// Every problem with its place.
    package var problems: [SpecProblem] {
        switch self {
        case .descriptorMissing:
            [SpecProblem(file: AppDescriptor.fileName, message: "missing at the top level of the repository")]
        case .descriptorInvalid(let reason): [SpecProblem(file: AppDescriptor.fileName, message: reason)]
        case .specsMissing(let instead, let composeFile):
            [
                SpecProblem(
                    file: SpecReader.directory,
                    message: "contains no *.json\(Self.list(instead)); add an app spec"
                        + (composeFile.map { ". \(Self.hint(at: $0))" } ?? ""))
            ]
        case .specsInvalid(let problems): problems
        case .notInArchive(let path, let reason): [SpecProblem(file: path, message: reason)]
        }
    }

    package var description: String {
        switch self {
        case .descriptorMissing:
            "The repository has no dploy.app at its top level. Nothing was applied. Add one and push again."
        case .descriptorInvalid(let reason):
            "dploy.app: \(reason) Nothing was applied. Fix the file and push again."
        case .specsMissing(let instead, let composeFile):
            "The repository has no specs/*.json\(Self.list(instead)). Nothing was applied. "
                + (composeFile.map { "\(Self.hint(at: $0))." } ?? "Add an app spec and push again.")
        case .notInArchive(let path, let reason):
            "GitHub's archive of the commit lacks \(path): it \(reason), and push again. Nothing was applied."
        case .specsInvalid(let problems): problems.sentence
        }
    }

    private static func hint(at composeFile: String) -> String {
        "There is a \(composeFile): add -target compose"
    }

    private static func list(_ instead: [String]) -> String {
        guard let first = instead.first?.printable else { return "" }
        return instead.count == 1
            ? "; \(first) is not read" : "; \(first) and \(instead.count - 1) more are not read"
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
    /// The line of the file, counted from 1; nil if there is none, as for a file that does not exist.
    package var line: Int?

    package init(file: String, pointer: String = "", message: String) {
        self.file = file
        self.pointer = pointer
        self.message = message
    }

    package var description: String {
        [file, pointer, message].filter { !$0.isEmpty }.joined(separator: ": ").printable
    }
}
