/// Whose engine the dashboard stands in front of.
package enum EngineOwner: Equatable, Sendable {
    /// It runs in this process and ends with it.
    case thisProcess
    /// It runs elsewhere and goes on without us.
    case elsewhere(address: String)
}
