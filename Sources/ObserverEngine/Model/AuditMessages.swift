package import struct Foundation.Date

/// An action of an operator, as it was recorded.
package struct AuditEntry: Codable, Sendable, Equatable, Identifiable {
    package enum Result: String, Codable, Sendable, CaseIterable {
        /// It has not ended, or the observer stopped before it did.
        case started
        case done
        /// The action is not possible in the current state, or the state changed since the operator read it.
        case rejected
        /// The role of the operator does not permit it.
        case denied
        case failed
    }

    /// Counts up from 1; 0 until it is stored.
    package var id: Int64
    package var at: Date
    package var by: Operator
    /// As the control API names it, such as `rollback`.
    package var action: String
    /// The object: `deployment 12`.
    package var subject: String?
    /// Why the operator did it.
    package var reason: String?
    package var result: Result
    /// The sentence that the operator got.
    package var answer: String?
    /// The deployment that was queued, or that is to be cancelled.
    package var deployment: Int64?

    /// The command that performs the action: `reset` for `removeHook`.
    package var command: String {
        switch action {
        case "removeHook": "reset"
        case "acceptRepository": "accept-repository"
        default: action
        }
    }

    package init(id: Int64, at: Date, by: Operator, action: String, result: Result) {
        self.id = id
        self.at = at
        self.by = by
        self.action = action
        self.result = result
    }

    package init(of action: ControlAction, by caller: Operator, at date: Date, result: Result = .started) {
        self.init(id: 0, at: date, by: caller, action: action.name, result: result)
        subject = action.subject
        reason = action.reason
        switch action {
        case .cancel(let id), .approve(let id, _), .reject(let id, _): deployment = id
        default: break
        }
    }
}

extension ControlAction {
    /// The name in the control API and its JSON.
    package var name: String {
        switch self {
        case .register: "register"
        case .removeHook: "removeHook"
        case .ping: "ping"
        case .deploy: "deploy"
        case .rollback: "rollback"
        case .replay: "replay"
        case .pause: "pause"
        case .resume: "resume"
        case .cancel: "cancel"
        case .acceptRepository: "acceptRepository"
        case .approve: "approve"
        case .reject: "reject"
        }
    }

    /// The object in a few words; nil if it is about the whole branch.
    fileprivate var subject: String? {
        switch self {
        case .register, .ping, .pause, .resume: nil
        case .removeHook(let id): "webhook \(id)"
        case .deploy(let commit, let force, _, _): (commit ?? "head") + (force ? ", forced" : "")
        case .rollback(let id, _, _, _), .cancel(let id), .approve(let id, _), .reject(let id, _): "deployment \(id)"
        case .replay(let id): "delivery \(id)"
        case .acceptRepository(let id): "repository \(id)"
        }
    }

    /// Why the operator performs it; nil for an action that has no reason.
    fileprivate var reason: String? {
        switch self {
        case .deploy(_, _, let reason, _), .rollback(_, _, _, let reason), .pause(let reason, _),
            .reject(_, let reason):
            reason
        case .register, .removeHook, .ping, .replay, .resume, .cancel, .acceptRepository, .approve: nil
        }
    }
}
