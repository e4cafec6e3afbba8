/// The tree has no valid app descriptor or no valid app specs.
package enum SpecFailure: DeploymentFailure {
    case descriptorMissing
    case descriptorInvalid(reason: String)
    case specsMissing
    case specsInvalid([SpecProblem])

    package var description: String {
        switch self {
        case .descriptorMissing:
            "The repository has no dploy.app at its top level. Nothing was applied. Add one and push again."
        case .descriptorInvalid(let reason):
            "dploy.app: \(reason) Nothing was applied. Fix the file and push again."
        case .specsMissing:
            "The repository has no specs/*.json. Nothing was applied. Add an app spec and push again."
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
