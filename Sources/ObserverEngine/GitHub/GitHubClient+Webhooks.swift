import Foundation
import NIOHTTP1

/// The webhooks of the repository and their deliveries.
extension GitHubClient {
    /// Ends a walk through a server's endless pages.
    private static let pageLimit = 200

    /// A payload of at most 25 MiB, and the object around it.
    private static let deliveryLimits = JSONClient.Limits(timeout: .seconds(60), size: 40 * 1024 * 1024)

    /// All webhooks, of all pages.
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
            let repeatsPage = new.isEmpty && !found.elements.isEmpty
            if repeatsPage || !(PageLink.hasNext(in: response.headers) ?? (found.count == size)) { break }
        }
        return hooks
    }

    package func createHook(_ hook: DesiredWebhook) async throws -> GitHubHook {
        try await fetch(JSONRequest(.post, "\(root)/hooks", body: hook.creation), to: "register the webhook")
    }

    package func updateHook(_ id: Int, to hook: DesiredWebhook) async throws {
        try await perform(
            JSONRequest(.patch, "\(root)/hooks/\(id)", body: hook.update), to: "update webhook \(id)", expecting: 200)
    }

    /// Removes a webhook; a missing one is not a failure.
    package func deleteHook(_ id: Int) async throws {
        do {
            try await perform(
                JSONRequest(.delete, "\(root)/hooks/\(id)"), to: "remove webhook \(id)", expecting: 204)
        } catch let error as GitHubError where error.reason == .notFound {
            return
        }
    }

    /// The webhook's deliveries of the last days, newest first, page by page until the body returns false.
    package func deliveries(of hook: Int, while wanted: ([GitHubDelivery]) async throws -> Bool) async throws {
        let operation = "list the deliveries of webhook \(hook)"
        var cursor: String?
        var seen: Set<Int> = []
        for _ in 1...Self.pageLimit {
            let request = JSONRequest(
                .get, "\(root)/hooks/\(hook)/deliveries",
                query: [("per_page", "100")] + (cursor.map { [("cursor", $0)] } ?? []))
            let response = try await send(request, to: operation)
            let page: ReadableList<GitHubDelivery> = try decode(response, to: operation)
            let new = page.elements.filter { seen.insert($0.id).inserted }
            let repeatsPage = new.isEmpty && !page.elements.isEmpty
            guard page.count > 0, !repeatsPage, try await wanted(new) else { return }
            cursor = PageLink.nextCursor(in: response.headers)
            if cursor == nil { return }
        }
    }

    /// One delivery with its payload.
    package func delivery(_ id: Int, of hook: Int) async throws -> GitHubDeliveryDetail {
        let operation = "read delivery \(id)"
        let request = JSONRequest(.get, "\(root)/hooks/\(hook)/deliveries/\(id)")
        return try decode(await send(request, to: operation, limits: Self.deliveryLimits), to: operation)
    }

    /// Requests a redelivery.
    package func redeliver(_ id: Int, of hook: Int) async throws {
        try await perform(
            JSONRequest(.post, "\(root)/hooks/\(hook)/deliveries/\(id)/attempts"), to: "redeliver delivery \(id)",
            expecting: 202)
    }

    /// Requests a ping.
    package func pingHook(_ id: Int) async throws {
        try await perform(JSONRequest(.post, "\(root)/hooks/\(id)/pings"), to: "ping webhook \(id)", expecting: 204)
    }
}

/// A list from GitHub without the elements that can't be read: one malformed element must not hide the others.
struct ReadableList<Element: Decodable>: Decodable {
    let elements: [Element]
    /// Includes the elements that can't be read.
    let count: Int

    init(from decoder: any Decoder) throws {
        let entries = try decoder.singleValueContainer().decode([Entry].self)
        elements = entries.compactMap(\.element)
        count = entries.count
    }

    private struct Entry: Decodable {
        let element: Element?

        init(from decoder: any Decoder) throws {
            element = try? Element(from: decoder)
        }
    }
}

/// The `Link` header of paginated responses (RFC 8288).
enum PageLink {
    /// Whether another page follows; nil without a `Link` header.
    static func hasNext(in headers: HTTPHeaders) -> Bool? {
        headers.contains(name: "Link") ? next(in: headers) != nil : nil
    }

    /// The cursor of the next page; nil on the last one.
    static func nextCursor(in headers: HTTPHeaders) -> String? {
        next(in: headers).flatMap(URLComponents.init(string:))?.queryItems?.first { $0.name == "cursor" }?.value
    }

    /// Links may be in one line or in several.
    private static func next(in headers: HTTPHeaders) -> String? {
        for link in headers["Link"].flatMap({ $0.split(separator: ",") }) where link.leadsToNext {
            guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), start < end else {
                continue
            }
            return String(link[link.index(after: start)..<end])
        }
        return nil
    }
}

extension Substring {
    /// `rel="next"`, also without quotes and next to other relations.
    fileprivate var leadsToNext: Bool {
        split(separator: ";").dropFirst().contains { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, parts[0].lowercased() == "rel" else { return false }
            let relations = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
            return relations.split(separator: " ").contains { $0.lowercased() == "next" }
        }
    }
}
