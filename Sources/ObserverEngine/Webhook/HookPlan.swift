import Foundation

/// What to do about the hook, given what GitHub has and what we want.
package struct HookPlan: Equatable, Sendable {
    package enum Step: Equatable, Sendable {
        case keep(id: Int)
        case create
        case update(id: Int, drift: [HookDrift])
    }

    package let step: Step
    /// Hooks that look like an observer's but are not ours: they are left alone, and named.
    package let foreign: [GitHubHook]

    /// - Parameters:
    ///   - known: The id of the hook that we registered before.
    ///   - claimed: The ids of hooks at whose address another observer answers.
    package static func reconcile(
        desired: DesiredHook, actual: [GitHubHook], known: Int?, claimed: Set<Int> = []
    ) -> HookPlan {
        let observers = actual.filter { $0.leadsToObserver(like: desired) }
        let onOurNode = observers.filter { $0.isOnNode(of: desired) && !claimed.contains($0.id) }
        let ours =
            actual.first { $0.id == known && $0.name == "web" && !claimed.contains($0.id) }
            ?? onOurNode.first { $0.config.url == desired.url } ?? onOurNode.first
        let foreign = observers.filter { $0.id != ours?.id && !onOurNode.contains($0) }
        guard let ours else { return HookPlan(step: .create, foreign: foreign) }
        let drift = HookDrift.between(desired, and: ours)
        return HookPlan(
            step: drift.isEmpty ? .keep(id: ours.id) : .update(id: ours.id, drift: drift), foreign: foreign)
    }

    /// The hooks at whose address we must look before we take them for ours: on our node, at another port. Also the one that
    /// we registered: while we were away another observer may have taken it over.
    package static func candidates(desired: DesiredHook, actual: [GitHubHook]) -> [GitHubHook] {
        actual.filter {
            $0.leadsToObserver(like: desired) && $0.isOnNode(of: desired) && $0.config.url != desired.url
        }
    }
}

extension GitHubHook {
    fileprivate func leadsToObserver(like desired: DesiredHook) -> Bool {
        guard name == "web", let path = config.url.flatMap(URLComponents.init(string:))?.path else { return false }
        return path == URLComponents(string: desired.url)?.path || path == DesiredHook.path
    }

    fileprivate func isOnNode(of desired: DesiredHook) -> Bool {
        guard let mine = URLComponents(string: desired.url),
            let theirs = config.url.flatMap(URLComponents.init(string:))
        else { return false }
        return theirs.host?.lowercased() == mine.host?.lowercased() && theirs.path == mine.path
    }
}
