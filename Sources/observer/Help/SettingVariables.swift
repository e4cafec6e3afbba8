import ObserverEngine

extension Setting {
    /// The meaning of the environment variable.
    var variableHelp: String {
        switch self {
        case .marathonUser: "The user for Marathon's basic authentication."
        case .marathonPassword: "The password for Marathon's basic authentication."
        case .marathonToken: "The token for Marathon, in place of user and password."
        case .marathonUserFile: "The file with the user for Marathon."
        case .marathonPasswordFile: "The file with the password for Marathon."
        case .marathonTokenFile: "The file with the token for Marathon."
        case .webhookSecret: "The secret with which GitHub signs deliveries; default: derived from the token."
        case .adminToken: "The token that permits everything in the control API."
        case .token: "The token that commands send to an observer; default: DPLOY_OBSERVER_ADMIN_TOKEN."
        default: "\(summary?.capitalizedSentence ?? "") \(counterpart)"
        }
    }

    private var counterpart: String {
        let flag = self.flag.map { "-\($0)" } ?? ""
        switch (kind, self) {
        case (.toggle, .noCommitStatus): return "The value off is the same as \(flag)."
        case (.toggle, _): return "The value on is the same as \(flag)."
        default: return "The same as \(flag)."
        }
    }
}
