/// A person or a program that uses the control API.
package struct Operator: Codable, Sendable, Equatable {
    /// The permissions. Each role includes those before it.
    package enum Role: String, Codable, Sendable, CaseIterable, Comparable {
        /// Sees everything, and plans.
        case read
        /// Deploys, rolls back, pauses and cancels.
        case operate
        /// Also removes the webhook, and accepts another repository.
        case admin

        package static func < (one: Role, other: Role) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .read: 0
            case .operate: 1
            case .admin: 2
            }
        }
    }

    /// The origin of an operator on this machine.
    package static let socket = "socket"

    /// The name of the token, or on the control socket the user of the process.
    package var name: String
    package var role: Role
    /// The address of the client, or `socket`.
    package var origin: String
    /// On the control socket, the user who logged in and then became another one, as with sudo. The kernel reports it.
    package var login: String?
    /// On the control socket, the user that the client names, where the kernel knows of no login. Nothing confirms it.
    package var claim: String?

    package init(name: String, role: Role, origin: String, login: String? = nil, claim: String? = nil) {
        self.name = name
        self.role = role
        self.origin = origin
        self.login = login
        self.claim = claim
    }

    /// The name in sentences and lists: `alice`, `alice as root`, `root (claims to be alice)`.
    package var label: String {
        if let login { return "\(login) as \(name)" }
        return claim.map { "\(name) (claims to be \($0))" } ?? name
    }

    /// The names of the person in a label.
    package static func names(inLabel label: String) -> [String] {
        if let login = label.firstMatch(of: /^(.+) as \S+$/) { return [label, String(login.1)] }
        if let claim = label.firstMatch(of: /^(.+) \(claims to be (.+)\)$/) {
            return [label, String(claim.1), String(claim.2)]
        }
        return [label]
    }

    /// Why it may not do something, as a sentence; nil if it may.
    /// - Parameter act: A verb in its base form, such as `deploy`.
    package func refusal(to act: String, requiring required: Role) -> String? {
        guard role < required else { return nil }
        let roles = Role.allCases.filter { $0 >= required }.map(\.rawValue)
        return "Only the role\(roles.count == 1 ? "" : "s") \(roles.joined(separator: " and ")) may \(act); "
            + "\(name) has the role \(role.rawValue)."
    }
}

extension ControlAction {
    /// The role that it requires. Removing the webhook stops pushes, and accepting a repository decides whose code runs.
    package var requiredRole: Operator.Role {
        switch self {
        case .register, .ping, .deploy, .rollback, .replay, .pause, .resume, .cancel, .approve, .reject: .operate
        case .removeHook, .acceptRepository: .admin
        }
    }

    /// The verb for what it does.
    package var verb: String {
        switch self {
        case .register: "register the webhook"
        case .removeHook: "remove the webhook"
        case .ping: "request a ping"
        case .deploy: "deploy"
        case .rollback: "roll back"
        case .replay: "replay deliveries"
        case .pause: "pause deployments"
        case .resume: "resume deployments"
        case .cancel: "cancel deployments"
        case .acceptRepository: "accept another repository"
        case .approve: "approve plans"
        case .reject: "reject plans"
        }
    }
}

extension Operator {
    /// Why it may not perform an action, as a sentence; nil if it may.
    package func refusal(of action: ControlAction) -> String? {
        refusal(to: action.verb, requiring: action.requiredRole)
    }
}
