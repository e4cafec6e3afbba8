import ObserverEngine

/// Whose engine the dashboard stands in front of.
package enum EngineOwner: Equatable, Sendable {
    /// It runs in this process and ends with it.
    case thisProcess
    /// It runs elsewhere and goes on without us.
    case elsewhere(address: String)
}

extension EngineOwner {
    /// What a command line needs to reach the same engine from anywhere.
    var commandLineFlag: String {
        guard case .elsewhere(let address) = self else { return "" }
        return " -\(address.hasPrefix("/") ? "socket" : "url") \(address.quotedForShell)"
    }
}

extension ControlAction {
    /// The verb that does the same.
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
