import ObserverEngine

/// Where the observer of the dashboard runs.
package enum EngineOwner: Equatable, Sendable {
    /// In this process, and it stops with it. Commands of other processes reach it at its socket.
    case thisProcess(socket: String)
    /// In another process or on another machine; it outlives the dashboard.
    case elsewhere(address: String)
}

extension EngineOwner {
    /// The flag with which a command reaches the same observer from anywhere.
    var commandLineFlag: String {
        switch self {
        case .thisProcess(let socket): " -socket \(socket.quotedForShell)"
        case .elsewhere(let address):
            " -\(address.hasPrefix("/") ? "socket" : "url") \(address.quotedForShell)"
        }
    }

    /// A sentence without the address of the observer, for a place where it is too long.
    func withoutAddress(_ sentence: String) -> String {
        guard case .elsewhere(let address) = self, !address.isEmpty else { return sentence }
        return sentence.replacing(" at \(address)", with: "")
    }

    /// Whether the observer stops with the dashboard.
    var stopsWithDashboard: Bool {
        if case .thisProcess = self { true } else { false }
    }
}

extension ControlAction {
    /// The equivalent command.
    var commandLine: String {
        switch self {
        case .register: "observer register"
        case .removeHook: "observer reset"
        case .ping: "observer ping"
        case .deploy(let commit, _, let override, _):
            "observer deploy" + (commit.map { " \($0)" } ?? "")
                + (override.map { " -now -reason \($0.quotedForShell)" } ?? "")
        case .rollback(let deployment, _, let end, let reason):
            "observer rollback \(deployment)" + (end.map { " -until \($0.rawValue)" } ?? "") + Self.flag(reason: reason)
        case .replay(let delivery): "observer replay \(delivery)"
        case .pause(let reason, let end):
            "observer pause" + (end.map { " -until \($0.rfc3339)" } ?? "") + Self.flag(reason: reason)
        case .resume: "observer resume"
        case .cancel(let deployment): "observer cancel \(deployment)"
        case .acceptRepository: "observer accept-repository"
        case .approve(let deployment, _): "observer approve \(deployment)"
        case .reject(let deployment, let reason): "observer reject \(deployment)" + Self.flag(reason: reason)
        }
    }

    private static func flag(reason: String?) -> String { reason.map { " -reason \($0.quotedForShell)" } ?? "" }
}

extension String {
    fileprivate var quotedForShell: String {
        let isPlain = unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic && $0.isASCII || ("0"..."9").contains($0)
                || "/:._-[]".unicodeScalars.contains($0)
        }
        return isPlain ? self : "'" + replacing("'", with: #"'\''"#) + "'"
    }
}
