import ObserverEngine

/// The stage of a deployment as a sign, a word and a colour.
struct StageMark: Equatable {
    let sign: String
    let word: String
    let ink: Style.Ink

    init(_ stage: DeploymentSummary.Stage) {
        (sign, word, ink) =
            switch stage {
            case .queued: ("○", "queued", .busy)
            case .fetching, .validating, .applying, .waiting: ("▸", "deploying", .busy)
            case .succeeded: ("✓", "deployed", .good)
            case .failed: ("✗", "failed", .bad)
            case .superseded: ("–", "superseded", .secondary)
            case .cancelled: ("⊘", "cancelled", .secondary)
            case .interrupted: ("–", "interrupted", .secondary)
            }
    }
}

extension DeploymentSummary.Trigger {
    /// The trigger as a word in the list.
    var word: String { self == .delivery ? "push" : rawValue }
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
            (word, ink) = (StageMark(stage).word, StageMark(stage).ink)
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
