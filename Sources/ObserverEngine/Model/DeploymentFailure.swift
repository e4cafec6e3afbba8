/// Why a deployment failed and what to do next, as a sentence for an operator. Each failure is declared where it is
/// thrown.
package protocol DeploymentFailure: Error, CustomStringConvertible, Sendable {
    /// Whether GitHub rejected the token, so that the commit has to be retried.
    var isTokenRefused: Bool { get }
    /// Whether the target is left in a state that should be rolled back.
    var callsForRestore: Bool { get }
    /// Whether the target may have been changed although it did not say so.
    var mayHaveChangedTarget: Bool { get }
    /// Whether the cause lies outside the commit, so that the same commit may succeed later: GitHub or the target is
    /// unreachable, refuses the credentials or lacks resources. Such a deployment is retried automatically.
    var isExternal: Bool { get }
}

extension DeploymentFailure {
    package var isTokenRefused: Bool { false }
    package var callsForRestore: Bool { false }
    package var mayHaveChangedTarget: Bool { callsForRestore }
    package var isExternal: Bool { false }
}
