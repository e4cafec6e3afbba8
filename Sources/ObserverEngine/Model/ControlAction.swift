/// An action of an operator. Destructive ones carry the revision that the operator saw.
package enum ControlAction: Codable, Sendable, Equatable {
    case register
    case removeHook(id: Int)
    case ping
    /// Without a commit: the head of the branch. `force` applies unchanged apps too.
    case deploy(commit: String?, force: Bool)
    /// Deploys the commit of an earlier succeeded deployment and holds the branch there.
    case rollback(deployment: Int64, seenCurrent: Int64?)
    case replay(delivery: Int64)
    case pause
    case resume
    case cancel(deployment: Int64)
}

/// The response to an action.
package struct ActionAnswer: Codable, Sendable {
    /// A sentence for the operator.
    package let result: String

    package init(result: String) {
        self.result = result
    }
}
