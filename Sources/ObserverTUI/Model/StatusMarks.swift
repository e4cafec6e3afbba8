import ObserverEngine

/// The stage of a deployment as a sign and a colour.
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

/// The state of the webhook as a sign, a word and a colour.
struct RegistrationMark: Equatable {
    let sign: String
    let word: String
    let ink: Style.Ink

    init(_ hook: HookState) {
        (sign, word, ink) =
            switch hook.registration {
            case .registered: hook.drift.isEmpty ? ("●", "registered", .good) : ("●", "drifting", .busy)
            case .unknown: ("○", "not checked yet", .secondary)
            case .removed: ("○", "removed", .busy)
            case .unreachable: ("✗", "no public address", .bad)
            case .failed: ("✗", "failed", .bad)
            }
    }
}

/// The result of a delivery as a word and a colour.
struct DeliveryMark: Equatable {
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
