/// One way in which the hook at GitHub differs from what we want.
package enum HookDrift: Equatable, Sendable, CustomStringConvertible {
    case inactive
    case url(String?)
    case contentType(String?)
    case events([String])
    case insecureSSL
    case unsigned

    package static func between(_ desired: DesiredHook, and actual: GitHubHook) -> [HookDrift] {
        var drift: [HookDrift] = []
        if !actual.active { drift.append(.inactive) }
        if actual.config.url != desired.url { drift.append(.url(actual.config.url)) }
        if actual.config.contentType != "json" { drift.append(.contentType(actual.config.contentType)) }
        if Set(actual.events) != Set(desired.events) { drift.append(.events(actual.events)) }
        if let insecure = actual.config.insecureSsl, insecure != "0" { drift.append(.insecureSSL) }
        if (actual.config.secret ?? "").isEmpty { drift.append(.unsigned) }
        return drift
    }

    package var description: String {
        switch self {
        case .inactive: "it is not active"
        case .url(let url): "its url is \(url ?? "missing")"
        case .contentType(let type): "its content type is \(type ?? "form")"
        case .events(let events): "its events are \(events.joined(separator: ", "))"
        case .insecureSSL: "it does not verify certificates"
        case .unsigned: "it has no secret"
        }
    }
}
