import ObserverEngine

/// How the webhook stands, as a sign, a word and a colour.
struct RegistrationMark: Equatable {
    let sign: String
    let word: String
    let ink: Style.Ink

    init(_ hook: HookState) {
        (sign, word, ink) =
            switch hook.registration {
            case .registered: hook.drift.isEmpty ? ("●", "registered", .good) : ("●", "drifting", .busy)
            case .unknown: ("○", "not looked at yet", .secondary)
            case .removed: ("○", "removed", .busy)
            case .unreachable: ("✗", "no public address", .bad)
            case .failed: ("✗", "refused", .bad)
            }
    }
}
