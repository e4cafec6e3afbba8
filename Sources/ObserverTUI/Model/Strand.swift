import ObserverEngine

/// The rows that tell one story: a deployment and the deliveries that brought it about.
struct Strand: Equatable {
    var delivery: Int64?
    var deployment: Int64?

    init() {}

    init(_ row: DeliverySummary) {
        delivery = row.id
        deployment = row.deployment
    }

    init(_ row: DeploymentSummary) {
        delivery = row.delivery
        deployment = row.id
    }

    func contains(_ row: DeliverySummary) -> Bool {
        row.id == delivery || deployment != nil && row.deployment == deployment
    }

    func contains(_ row: DeploymentSummary) -> Bool {
        row.id == deployment
    }
}
