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
            guard let delivery = gitHub.delivery(call) else { throw Refusal.notFound }
            return .json(call.documents.delivery(delivery, to: hook.url))
        },
        Endpoint(.post, "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts", .hooks(.write)) {
            gitHub, call in
            guard let delivery = gitHub.delivery(call),
                let order = gitHub.redelivery(where: { $0.id == delivery.id })
            else { throw Refusal.notFound }
            gitHub.order(order)
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
