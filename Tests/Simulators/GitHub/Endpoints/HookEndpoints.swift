import Foundation

extension Endpoint {
    private static let list: PathPattern = "/repos/{owner}/{repo}/hooks"
    private static let one: PathPattern = "/repos/{owner}/{repo}/hooks/{hook_id}"
    private static let config: PathPattern = "/repos/{owner}/{repo}/hooks/{hook_id}/config"

    static let hooks: [Endpoint] = [
        Endpoint(.get, list, .hooks(.read)) { gitHub, call in
            let page = Page(of: gitHub.hooks(), call.request, base: gitHub.url)
            return .json(.array(page.elements.map(call.documents.hook)), headers: page.headers)
        },
        Endpoint(.post, list, .hooks(.write)) { gitHub, call in
            let wanted = try HookChange(creating: call.body(), options: gitHub.options)
            let hook = try gitHub.state.change { try $0.create(wanted) }
            if hook.isActive { gitHub.order(.ping(hook, call.documents)) }
            let location = "\(call.documents.repositoryURL)/hooks/\(hook.id)"
            return .json(call.documents.hook(hook), status: 201, headers: ["Location": location])
        },
        Endpoint(.get, one, .hooks(.read)) { gitHub, call in
            .json(call.documents.hook(try gitHub.hook(call)))
        },
        Endpoint(.patch, one, .hooks(.write)) { gitHub, call in
            let change = try HookChange(updating: call.body(), options: gitHub.options)
            return .json(call.documents.hook(try gitHub.change(call, change)))
        },
        Endpoint(.delete, one, .hooks(.write)) { gitHub, call in
            gitHub.deleteHook(try gitHub.hook(call).id)
            return SimulatedResponse(status: 204)
        },
        Endpoint(.get, config, .hooks(.read)) { gitHub, call in
            .json(call.documents.config(of: try gitHub.hook(call)))
        },
        Endpoint(.patch, config, .hooks(.write)) { gitHub, call in
            let hook = try gitHub.hook(call)
            let change = try HookChange(configuring: hook, call.body(), options: gitHub.options)
            return .json(call.documents.config(of: try gitHub.change(call, change)))
        },
        Endpoint(.post, "/repos/{owner}/{repo}/hooks/{hook_id}/pings", .hooks(.read)) { gitHub, call in
            gitHub.order(.ping(try gitHub.hook(call), call.documents))
            return SimulatedResponse(status: 204)
        },
        Endpoint(.post, "/repos/{owner}/{repo}/hooks/{hook_id}/tests", .hooks(.read)) { gitHub, call in
            let hook = try gitHub.hook(call)
            if hook.listens(to: "push"), let order = try await gitHub.testPush(hook) { gitHub.order(order) }
            return SimulatedResponse(status: 204)
        },
    ]
}

extension GitHubSimulator {
    func hook(_ call: Endpoint.Call) throws -> Hook {
        guard let hook = hooks().first(where: { "\($0.id)" == call.parameter("hook_id") }) else {
            throw Refusal.notFound
        }
        return hook
    }

    fileprivate func change(_ call: Endpoint.Call, _ change: HookChange) throws -> Hook {
        let id = try hook(call).id
        return try state.change { state in
            guard let index = state.hooks.firstIndex(where: { $0.id == id }) else { throw Refusal.notFound }
            change.apply(to: &state.hooks[index])
            return state.hooks[index]
        }
    }

    /// A push of the latest commit of the default branch, as the button "Test" sends it.
    fileprivate func testPush(_ hook: Hook) async throws -> WebhookOrder? {
        guard let head = try await git.commit("refs/heads/\(options.defaultBranch)") else { return nil }
        let update = RefUpdate(
            ref: "refs/heads/\(options.defaultBranch)",
            before: head.parents.first ?? GitRepository.zeros,
            after: head.sha,
            isForced: false,
            commits: [head],
            head: head
        )
        let guid = UUID().uuidString.lowercased()
        return WebhookOrder(hook: hook, event: "push", payload: documents.pushPayload(update), guid: guid)
    }
}

extension GitHubSimulator.State {
    fileprivate mutating func create(_ wanted: HookChange) throws -> GitHubSimulator.Hook {
        let now = Date()
        var hook = GitHubSimulator.Hook(id: nextID(), url: "", events: ["push"], createdAt: now, updatedAt: now)
        wanted.apply(to: &hook)
        guard !hooks.contains(where: { $0.url == hook.url && Set($0.events) == Set(hook.events) }) else {
            throw Refusal.invalidHook("Hook already exists on this repository")
        }
        for event in hook.events where hooks.filter({ $0.events.contains(event) }).count >= 20 {
            throw Refusal.invalidHook("The \"\(event)\" event cannot have more than 20 hooks")
        }
        hooks.append(hook)
        return hook
    }
}

extension WebhookOrder {
    fileprivate static func ping(_ hook: GitHubSimulator.Hook, _ documents: Documents) -> WebhookOrder {
        let guid = UUID().uuidString.lowercased()
        return WebhookOrder(hook: hook, event: "ping", payload: documents.pingPayload(hook), guid: guid)
    }
}
