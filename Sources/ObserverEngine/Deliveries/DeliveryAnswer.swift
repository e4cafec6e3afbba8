/// What GitHub is told about a delivery.
package struct DeliveryAnswer: Encodable, Equatable, Sendable {
    package let verdict: Delivery.Verdict
    package let reason: String?
    /// The deployment that it brought about.
    package let deployment: Int64?
    package let status: Int

    package init(_ recorded: RecordedDelivery) {
        verdict = recorded.delivery.verdict
        reason = recorded.delivery.reason
        deployment = recorded.deployment?.id ?? recorded.delivery.deployment
        status = verdict == .accepted ? 202 : 200
    }

    package init(_ rejection: DeliveryRejection) {
        verdict = .rejected
        reason = rejection.description
        deployment = nil
        status = rejection.status
    }

    private enum CodingKeys: CodingKey {
        case verdict, reason, deployment
    }
}
