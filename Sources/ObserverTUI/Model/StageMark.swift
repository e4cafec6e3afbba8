import ObserverEngine

/// How a deployment stands, as a sign and a colour.
struct StageMark: Equatable {
    let sign: String
    let ink: Style.Ink

    init(_ stage: DeploymentSummary.Stage) {
        (sign, ink) =
            switch stage {
            case .queued: ("○", .busy)
            case .fetching, .validating, .applying, .waiting: ("▸", .busy)
            case .succeeded: ("✓", .good)
            case .failed: ("✗", .bad)
            case .superseded: ("–", .secondary)
            }
    }
}
