/// Why a deployment failed and what to do next, as a sentence for an operator. Each failure is declared where it is
/// thrown.
package protocol DeploymentFailure: Error, CustomStringConvertible, Sendable {
    /// Whether GitHub rejected the token, so that the commit has to be tried again.
    var isTokenRefused: Bool { get }
    /// Whether the target is left in a state that should be rolled back.
    var callsForRestore: Bool { get }
}

extension DeploymentFailure {
    package var isTokenRefused: Bool { false }
    package var callsForRestore: Bool { false }
}
