/// Which plans an operator must approve before they are applied.
package struct ApprovalRule: Equatable, Sendable {
    package enum Scope: String, CaseIterable, Sendable {
        case never, always
        /// Plans that remove an app or restart tasks.
        case changes
    }

    package var scope: Scope
    /// The person who pushed the commit may not approve it.
    package var isByOthers: Bool

    package init(_ scope: Scope = .never, isByOthers: Bool = false) {
        self.scope = scope
        self.isByOthers = isByOthers
    }

    /// Whether a deployment must be approved. An operator's rollback is a decision of its own.
    /// - Parameter changes: Empty where the target does not know them; then they may be anything.
    func needsApproval(_ changes: [AppChange], changesAnything: Bool, trigger: DeploymentSummary.Trigger) -> Bool {
        guard trigger != .rollback else { return false }
        switch scope {
        case .never: return false
        case .always: return true
        case .changes:
            let isUnknown = changes.isEmpty && changesAnything
            return isUnknown || changes.contains { $0.kind == .removed || $0.restarts != nil }
        }
    }

    /// Why someone may not approve a deployment, as a sentence; nil if they may. All names of an operator count.
    package func refusal(to caller: Operator, of request: DeploymentRequest) -> String? {
        guard isByOthers else { return nil }
        let names = Set([caller.name, caller.login, caller.claim, caller.label].compactMap { $0?.lowercased() })
        let commit = request.commit
        let pushers = [commit.pusher, commit.author].compactMap(\.self)
        if let pusher = pushers.first(where: { names.contains($0.lowercased()) }) {
            return "\(pusher.printable) pushed \(commit.id.short); someone else must approve it."
        }
        if let requester = request.requestedBy, names.contains(requester.lowercased()) {
            return "\(requester.printable) requested this deployment; someone else must approve it."
        }
        return nil
    }
}

/// Whether a plan may be applied.
package enum ApprovalDecision: Equatable, Sendable {
    case unneeded
    case approved(by: String)
    /// - Parameter changed: Whether it was approved before the target changed.
    case needed(changed: Bool)

    /// - Parameters:
    ///   - marks: One for each change of the plan.
    ///   - approval: The approval of the same commit.
    static func decide(_ isNeeded: Bool, marks: [String], approval: PlanApproval?) -> ApprovalDecision {
        guard isNeeded else { return .unneeded }
        guard let approval else { return .needed(changed: false) }
        // A part of the approved plan may be done already.
        return Set(marks).isSubset(of: approval.changes) ? .approved(by: approval.by) : .needed(changed: true)
    }
}
