import Foundation

/// The step that brings the webhook on GitHub to the desired state.
package struct WebhookPlan: Equatable, Sendable {
    package enum Step: Equatable, Sendable {
        case keep(id: Int)
        case create
        case update(id: Int, drift: [WebhookDrift])
    }

    package let step: Step
    /// Webhooks of other observers: they are ignored, and logged.
    package let foreign: [GitHubHook]

    /// - Parameters:
    ///   - known: The ID of the webhook that was registered before.
    ///   - claimed: The IDs of webhooks at whose address another observer answers.
    package static func reconcile(
        desired: DesiredWebhook, actual: [GitHubHook], known: Int?, claimed: Set<Int> = []
    ) -> WebhookPlan {
        let observers = actual.filter { $0.leadsToObserver(like: desired) }
        let onThisNode = observers.filter { $0.isOnNode(of: desired) && !claimed.contains($0.id) }
        let own =
            actual.first { $0.id == known && $0.name == "web" && !claimed.contains($0.id) }
            ?? onThisNode.first { $0.config.url == desired.url } ?? onThisNode.first
        let foreign = observers.filter { $0.id != own?.id && !onThisNode.contains($0) }
        guard let own else { return WebhookPlan(step: .create, foreign: foreign) }
        let drift = WebhookDrift.between(desired, and: own)
        return WebhookPlan(
            step: drift.isEmpty ? .keep(id: own.id) : .update(id: own.id, drift: drift), foreign: foreign)
    }

    /// The webhooks whose address must be queried before they are updated: on this node, at another port. That includes the
    /// registered webhook: another observer may have taken it over during a downtime.
    package static func candidates(desired: DesiredWebhook, actual: [GitHubHook]) -> [GitHubHook] {
        actual.filter {
            $0.leadsToObserver(like: desired) && $0.isOnNode(of: desired) && $0.config.url != desired.url
        }
    }
}

extension GitHubHook {
    fileprivate func leadsToObserver(like desired: DesiredWebhook) -> Bool {
        guard name == "web", let path = config.url.flatMap(URLComponents.init(string:))?.path else { return false }
        return path == URLComponents(string: desired.url)?.path || path == DesiredWebhook.path
    }

    fileprivate func isOnNode(of desired: DesiredWebhook) -> Bool {
        guard let wanted = URLComponents(string: desired.url),
            let other = config.url.flatMap(URLComponents.init(string:))
        else { return false }
        return other.host?.lowercased() == wanted.host?.lowercased() && other.path == wanted.path
    }
}

/// One difference between the webhook on GitHub and the desired one.
package enum WebhookDrift: Equatable, Sendable, CustomStringConvertible {
    case inactive
    case url(String?)
    case contentType(String?)
    case events([String])
    case insecureSSL
    case unsigned

    package static func between(_ desired: DesiredWebhook, and actual: GitHubHook) -> [WebhookDrift] {
        var drift: [WebhookDrift] = []
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
        case .url(let url): "its URL is \(url?.maskedAddress ?? "missing")"
        case .contentType(let type): "its content type is \(type ?? "form")"
        case .events(let events): "its events are \(events.joined(separator: ", "))"
        case .insecureSSL: "it does not verify certificates"
        case .unsigned: "it has no secret"
        }
    }
}
