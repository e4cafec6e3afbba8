package import ObserverEngine

/// What the dashboard needs of a client of the control API.
package protocol ControlConnection: Sendable {
    associatedtype Events: AsyncSequence<ControlEvent, any Error> & Sendable

    /// A snapshot, then every change; throws or ends when the connection is lost. Asked for anew after that.
    func events() -> Events

    /// Answers with a sentence for the operator.
    func perform(_ action: ControlAction) async throws -> String

    func delivery(_ id: Int64) async throws -> DeliveryDetail
    func deployment(_ id: Int64) async throws -> DeploymentDetail
    /// The log of a deployment so far; what follows comes with the events.
    func log(ofDeployment id: Int64) async throws -> [LogLine]
    /// Newest first; empty where there are no older ones.
    func deliveries(before id: Int64) async throws -> [DeliverySummary]
    func deployments(before id: Int64) async throws -> [DeploymentSummary]
}
