/// The webhooks of the repository, and what GitHub delivered to them.
extension GitHubClient {
    /// More pages of a list than anybody has: a server that leads on and on must not keep us there.
    private static let pageLimit = 200

    /// A payload may have 25 MiB, and there is something around it.
    private static let deliveryLimits = JSONClient.Limits(timeout: .seconds(60), size: 40 * 1024 * 1024)

    /// All hooks, of all pages.
    package func hooks() async throws -> [GitHubHook] {
        let size = 100
        var hooks: [GitHubHook] = []
        var seen: Set<Int> = []
        for page in 1...Self.pageLimit {
            let request = JSONRequest(
                .get, "\(root)/hooks", query: [("per_page", String(size)), ("page", String(page))])
            let response = try await send(request, to: "list the webhooks")
            let found: ReadableList<GitHubHook> = try decode(response, to: "list the webhooks")
            let new = found.elements.filter { seen.insert($0.id).inserted }
            hooks += new
            let leadsInCircle = new.isEmpty && !found.elements.isEmpty
            if leadsInCircle || !(PageLink.hasNext(in: response.headers) ?? (found.count == size)) { break }
        }
        return hooks
    }

    package func createHook(_ hook: DesiredHook) async throws -> GitHubHook {
        try await fetch(JSONRequest(.post, "\(root)/hooks", body: hook.creation), to: "register the webhook")
    }

    package func updateHook(_ id: Int, to hook: DesiredHook) async throws {
        _ = try await send(
            JSONRequest(.patch, "\(root)/hooks/\(id)", body: hook.update), to: "update the webhook #\(id)")
    }

    /// Removes a hook; one that is gone already is no failure.
    package func deleteHook(_ id: Int) async throws {
        do {
            _ = try await send(JSONRequest(.delete, "\(root)/hooks/\(id)"), to: "remove the webhook #\(id)")
        } catch let error as GitHubError where error.reason == .notFound {
            return
        }
    }

    /// What GitHub delivered to the hook, newest first, all pages of the days that it remembers. The walk ends where the
    /// body returns false.
    package func deliveries(of hook: Int, while wanted: ([GitHubDelivery]) async throws -> Bool) async throws {
        let operation = "list the deliveries of the webhook #\(hook)"
        var cursor: String?
        var seen: Set<Int> = []
        for _ in 1...Self.pageLimit {
            let request = JSONRequest(
                .get, "\(root)/hooks/\(hook)/deliveries",
                query: [("per_page", "100")] + (cursor.map { [("cursor", $0)] } ?? []))
            let response = try await send(request, to: operation)
            let page: ReadableList<GitHubDelivery> = try decode(response, to: operation)
            let new = page.elements.filter { seen.insert($0.id).inserted }
            let leadsInCircle = new.isEmpty && !page.elements.isEmpty
            guard page.count > 0, !leadsInCircle, try await wanted(new) else { return }
            cursor = PageLink.nextCursor(in: response.headers)
            if cursor == nil { return }
        }
    }

    /// One delivery with what was sent.
    package func delivery(_ id: Int, of hook: Int) async throws -> GitHubDeliveryDetail {
        let operation = "read the delivery \(id)"
        let request = JSONRequest(.get, "\(root)/hooks/\(hook)/deliveries/\(id)")
        return try decode(await send(request, to: operation, limits: Self.deliveryLimits), to: operation)
    }

    /// Makes GitHub deliver once more what it delivered before.
    package func redeliver(_ id: Int, of hook: Int) async throws {
        _ = try await send(
            JSONRequest(.post, "\(root)/hooks/\(hook)/deliveries/\(id)/attempts"), to: "redeliver the delivery \(id)")
    }

    /// Makes GitHub send a ping to the hook.
    package func pingHook(_ id: Int) async throws {
        _ = try await send(JSONRequest(.post, "\(root)/hooks/\(id)/pings"), to: "ping the webhook #\(id)")
    }
}
