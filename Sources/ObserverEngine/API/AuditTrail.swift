import Foundation
package import Logging

/// Checks that the role of an operator permits an action, and records it: before it is performed, and again with its result.
package struct AuditTrail: Sendable {
    private let store: Store
    private let logger: Logger

    package init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Newest first.
    func entries(before id: Int64?, limit: Int) async throws -> [AuditEntry] {
        try await store.audit(before: id, limit: limit)
    }

    /// Those about a deployment, newest first.
    func entries(about deployment: Int64) async throws -> [AuditEntry] {
        try await store.audit(of: deployment)
    }

    /// Performs an action if the role of the operator permits it; records it in any case.
    /// - Throws: `ControlError`; `Store.Failed` if the action can't be recorded, and then it is not performed; and what the
    ///   action throws.
    func performIfPermitted(
        _ action: ControlAction, by caller: Operator, _ perform: () async throws -> ActionAnswer
    ) async throws -> ActionAnswer {
        var entry = AuditEntry(of: action, by: caller, at: Date())
        if let refusal = caller.refusal(of: action) {
            (entry.result, entry.answer) = (.denied, refusal)
            log(try await store.begin(entry))
            throw ControlError.forbidden(refusal)
        }
        entry = try await store.begin(entry)
        do {
            let answer = try await perform()
            (entry.result, entry.answer) = (.done, answer.result)
            entry.deployment = answer.deployment ?? entry.deployment
            await end(entry)
            return answer
        } catch {
            (entry.result, entry.answer) = Self.result(of: error)
            await end(entry)
            throw error
        }
    }

    /// The action has been performed, so a full disk must not make it look like a failure.
    private func end(_ entry: AuditEntry) async {
        log(entry)
        do {
            try await store.end(entry)
        } catch {
            logger.error("Could not record the result of an operator's action: \(error)")
        }
    }

    private func log(_ entry: AuditEntry) {
        let subject = entry.subject.map { " (\($0))" } ?? ""
        let isDone = entry.result == .done
        logger.log(
            level: isDone ? .info : .warning,
            "Action \(entry.action)\(subject) by \(entry.by.label): \(isDone ? "done" : entry.answer ?? "")",
            metadata: [.origin: "\(entry.by.origin)"])
    }

    private static func result(of error: any Error) -> (AuditEntry.Result, String) {
        switch error {
        case is CancellationError: (.failed, "The client disconnected before the action was complete.")
        case let error as ControlError: (.rejected, "\(error)")
        default: (.failed, "\(error)")
        }
    }
}
