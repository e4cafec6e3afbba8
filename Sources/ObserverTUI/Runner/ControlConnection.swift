package import ObserverEngine

/// The dashboard's client of the control API.
package protocol ControlConnection: Sendable {
    associatedtype Events: AsyncSequence<ControlEvent, any Error> & Sendable

    /// A snapshot, then every change. Throws or ends when the connection is lost; the caller then requests it again.
    /// The stream may then continue with the missed changes and the state of the engine, without a snapshot.
    func events() -> Events

    /// The operator that the observer recognizes.
    func whoami() async throws -> Operator
    /// The actions of operators, newest first.
    func audit() async throws -> [AuditEntry]

    /// Returns a sentence for the operator.
    func perform(_ action: ControlAction) async throws -> String

    func delivery(_ id: Int64) async throws -> DeliveryDetail
    func deployment(_ id: Int64) async throws -> DeploymentDetail
    /// The changes that a deployment would make; nil plans the head of the branch.
    func plan(_ ref: String?) async throws -> PlanReport
    /// Why an app runs what it runs.
    func history(ofApp id: String) async throws -> AppHistory
    /// The log of a deployment so far; later lines arrive as events.
    func log(ofDeployment id: Int64) async throws -> [LogLine]
    /// Newest first; empty if there are no older rows.
    func deliveries(before id: Int64) async throws -> [DeliverySummary]
    func deployments(before id: Int64) async throws -> [DeploymentSummary]
}
