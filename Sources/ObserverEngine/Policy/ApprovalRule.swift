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

    /// Whether a plan of this deployment may have to be approved.
    func mayConcern(_ request: DeploymentRequest) -> Bool {
        scope != .never && request.trigger != .rollback && request.override == nil
    }

    /// Whether a deployment must be approved. An operator's rollback is a decision of its own.
    /// - Parameters:
    ///   - changes: Empty where the target does not know them; then they may be anything.
    ///   - mayRestart: Whether tasks may restart although the changes do not show it.
    func needsApproval(
        _ changes: [AppChange], changesAnything: Bool, mayRestart: Bool = false, trigger: DeploymentSummary.Trigger
    ) -> Bool {
        guard trigger != .rollback else { return false }
        switch scope {
        case .never: return false
        case .always: return true
        case .changes:
            let isUnknown = changes.isEmpty && changesAnything
            return mayRestart || isUnknown || changes.contains { $0.kind == .removed || $0.restarts != nil }
        }
    }

    /// Why someone may not approve a deployment, as a sentence; nil if they may. All names of an operator count.
    /// - Parameter pushers: Who pushed its commit according to the deliveries.
    package func refusal(
        to caller: Operator, of request: DeploymentRequest, pushers: [String] = []
    ) -> String? {
        guard isByOthers else { return nil }
        let names = Set([caller.name, caller.login, caller.claim, caller.label].compactMap { $0?.lowercased() })
        let commit = request.commit
        let pushers = pushers.isEmpty ? [commit.pusher].compactMap(\.self) : pushers
        if let pusher = pushers.first(where: { names.contains($0.lowercased()) }) {
            return "\(pusher.printable) pushed \(commit.id.short); someone else must approve it."
        }
        if let author = commit.author, names.contains(author.lowercased()) {
            return "\(author.printable) is the author of \(commit.id.short); someone else must approve it."
        }
        if request.trigger != .resume, let requester = request.requestedBy,
            !names.isDisjoint(with: Operator.names(inLabel: requester.lowercased()))
        {
            return "\(requester.printable) requested this deployment; someone else must approve it."
        }
        return pushers.isEmpty
            ? "It is not known who pushed \(commit.id.short), so no one can approve it; push another one, or run "
                + "'observer deploy \(commit.id.short) -now -reason TEXT'."
            : nil
    }
}

/// Whether a plan may be applied.
package enum ApprovalDecision: Equatable, Sendable {
    case unneeded
    case approved(by: String)
    /// - Parameter changed: Whether another plan was approved: the target has changed since that one was made.
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
