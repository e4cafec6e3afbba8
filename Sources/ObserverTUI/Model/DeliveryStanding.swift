import ObserverEngine

/// What became of a delivery, in one word.
struct DeliveryStanding: Equatable {
    let word: String
    let ink: Style.Ink

    init(_ row: DeliverySummary, deployment: DeploymentSummary?) {
        switch (row.verdict, deployment?.stage) {
        case (.accepted, let stage?):
            ink = StageMark(stage).ink
            word =
                switch stage {
                case .queued: "queued"
                case .fetching, .validating, .applying, .waiting: "deploying"
                case .succeeded: "deployed"
                case .failed: "failed"
                case .superseded: "superseded"
                }
        case (.ping, _):
            ink = .good
            word = "ok"
        case (let verdict, _):
            ink = Self.ink(of: verdict)
            word = verdict.rawValue
        }
    }

    static func ink(of verdict: DeliverySummary.Verdict) -> Style.Ink {
        switch verdict {
        case .accepted: .plain
        case .ping: .good
        case .ignored, .duplicate: .secondary
        case .rejected: .bad
        }
    }
}
