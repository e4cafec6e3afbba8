import ObserverEngine

/// The state of a deployment as a sign, a word and a colour.
struct StageMark: Equatable {
    let sign: String
    let word: String
    let ink: Style.Ink

    init(_ row: DeploymentSummary) {
        (sign, word, ink) =
            switch row.stage {
            case .queued: ("○", row.wait == nil ? "queued" : "waiting", .busy)
            case .fetching, .validating, .applying, .waiting:
                // While it is rolled back, the outcome is the reason.
                ("▸", row.outcome == nil ? "deploying" : "rolling back", .busy)
            case .succeeded: ("✓", "deployed", .good)
            case .failed: ("✗", "failed", .bad)
            case .superseded: ("–", "superseded", .secondary)
            case .cancelled: ("⊘", "cancelled", .secondary)
            case .interrupted: ("–", "interrupted", .secondary)
            }
    }
}

extension DeploymentSummary {
    /// Marks a deployment of an earlier commit.
    static let rollbackSign = "↩"

    /// The message of the commit, marked if this is a rollback to it.
    var title: String {
        trigger == .rollback ? "\(Self.rollbackSign) \(message ?? "")" : message ?? ""
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
            case .removing: ("●", "removing", .busy)
            case .removed: ("○", "removed", .busy)
            case .unreachable: ("✗", "no public address", .bad)
            case .failed: ("✗", "failed", .bad)
            }
    }
}

/// Whether a service responds, as a sign and a colour.
struct DependencyMark: Equatable {
    let sign: String
    let ink: Style.Ink

    init(_ condition: DependencyState.Condition) {
        (sign, ink) =
            switch condition {
            case .unknown: ("○", .secondary)
            case .reachable: ("●", .good)
            case .unreachable, .refusing: ("✗", .bad)
            }
    }
}

/// The result of a delivery as a word and a colour.
struct DeliveryMark: Equatable {
    let word: String
    let ink: Style.Ink

    init(_ row: DeliverySummary, deployment: DeploymentSummary?) {
        switch (row.verdict, deployment) {
        case (.accepted, let deployment?):
            let mark = StageMark(deployment)
            (word, ink) = (mark.word, mark.ink)
        case (.accepted, nil) where row.deployment == nil:
            // A push that was found in GitHub's log when a newer one was deployed already.
            (word, ink) = ("recovered", .secondary)
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
