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
        case .deploy(let commit?, _): "observer deploy \(commit)"
        case .deploy(nil, _): "observer deploy"
        case .rollback(let deployment, _): "observer rollback \(deployment)"
        case .replay(let delivery): "observer replay \(delivery)"
        case .pause: "observer pause"
        case .resume: "observer resume"
        case .cancel(let deployment): "observer cancel \(deployment)"
        case .acceptRepository: "observer accept-repository"
        }
    }
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
