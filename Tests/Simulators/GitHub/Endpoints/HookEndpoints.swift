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
            if hook.isActive { gitHub.enqueue(.ping(hook, call.documents)) }
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
            gitHub.enqueue(.ping(try gitHub.hook(call), call.documents))
            return SimulatedResponse(status: 204)
        },
        Endpoint(.post, "/repos/{owner}/{repo}/hooks/{hook_id}/tests", .hooks(.read)) { gitHub, call in
            let hook = try gitHub.hook(call)
            if hook.listens(to: "push"), let delivery = try await gitHub.testPush(hook) {
                gitHub.enqueue(delivery)
            }
            return SimulatedResponse(status: 204)
        },
    ]
}

extension GitHubSimulator {
    fileprivate func hook(_ call: Endpoint.Call) throws -> Hook {
        guard let hook = hooks().first(where: { "\($0.id)" == call.parameter("hook_id") }) else {
            throw GitHubErrorResponse.notFound
        }
        return hook
    }

    fileprivate func change(_ call: Endpoint.Call, _ change: HookChange) throws -> Hook {
        let id = try hook(call).id
        return try state.change { state in
            guard let index = state.hooks.firstIndex(where: { $0.id == id }) else { throw GitHubErrorResponse.notFound }
            change.apply(to: &state.hooks[index])
            return state.hooks[index]
        }
    }

    /// A push of the latest commit of the default branch, as sent by the "Test" button.
    fileprivate func testPush(_ hook: Hook) async throws -> PendingDelivery? {
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
        return PendingDelivery(hook: hook, event: "push", payload: documents.pushPayload(update), guid: guid)
    }
}

extension GitHubSimulator.State {
    fileprivate mutating func create(_ wanted: HookChange) throws -> GitHubSimulator.Hook {
        let now = Date()
        var hook = GitHubSimulator.Hook(id: nextID(), url: "", events: ["push"], createdAt: now, updatedAt: now)
        wanted.apply(to: &hook)
        guard !hooks.contains(where: { $0.url == hook.url && Set($0.events) == Set(hook.events) }) else {
            throw GitHubErrorResponse.invalidHook("Hook already exists on this repository")
        }
        for event in hook.events where hooks.filter({ $0.events.contains(event) }).count >= 20 {
            throw GitHubErrorResponse.invalidHook("The \"\(event)\" event cannot have more than 20 hooks")
        }
        hooks.append(hook)
        return hook
    }
}

extension PendingDelivery {
    fileprivate static func ping(_ hook: GitHubSimulator.Hook, _ documents: Documents) -> PendingDelivery {
        let guid = UUID().uuidString.lowercased()
        return PendingDelivery(hook: hook, event: "ping", payload: documents.pingPayload(hook), guid: guid)
    }
}

extension Endpoint {
    static let deliveries: [Endpoint] = [
        Endpoint(.get, "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries", .hooks(.read)) { gitHub, call in
            let hook = try gitHub.hook(call)
            let all = gitHub.deliveries().filter { $0.hookID == hook.id }.reversed()
            let start = call.request.query("cursor").flatMap { Int($0.replacing("v1_", with: "")) }
            let size = min(max(call.request.query("per_page").flatMap(Int.init) ?? 30, 1), 100)
            let rest = all.drop { delivery in start.map { delivery.id > $0 } ?? false }
            var headers = HeaderFields()
            if let next = rest.dropFirst(size).first {
                let path = gitHub.url + call.request.encodedPath
                headers["Link"] = "<\(path)?per_page=\(size)&cursor=v1_\(next.id)>; rel=\"next\""
            }
            return .json(.array(rest.prefix(size).map(call.documents.deliveryItem)), headers: headers)
        },
        Endpoint(.get, "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}", .hooks(.read)) {
            gitHub, call in
            let hook = try gitHub.hook(call)
            guard let delivery = gitHub.delivery(call) else { throw GitHubErrorResponse.notFound }
            return .json(call.documents.delivery(delivery, to: hook.url))
        },
        Endpoint(.post, "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts", .hooks(.write)) {
            gitHub, call in
            guard let delivery = gitHub.delivery(call),
                let redelivery = gitHub.redelivery(where: { $0.id == delivery.id })
            else { throw GitHubErrorResponse.notFound }
            gitHub.enqueue(redelivery)
            return .json([:], status: 202)
        },
    ]
}

extension GitHubSimulator {
    fileprivate func delivery(_ call: Endpoint.Call) -> Delivery? {
        deliveries().first { delivery in
            "\(delivery.hookID)" == call.parameter("hook_id") && "\(delivery.id)" == call.parameter("delivery_id")
        }
    }
}
