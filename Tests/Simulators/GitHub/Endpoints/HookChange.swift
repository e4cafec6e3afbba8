import Foundation

/// The changes to a hook in a request.
struct HookChange: Sendable {
    private var config: Config?
    private var events: [String]?
    private var addedEvents: [String] = []
    private var removedEvents: [String] = []
    private var isActive: Bool?

    private struct Config: Sendable {
        var url: String
        var contentType: String
        var secret: String?
        var insecureSSL: String
    }

    init(creating body: JSON, options: GitHubOptions) throws {
        if let name = body["name"], name != "web" {
            throw GitHubErrorResponse.invalid([["resource": "Hook", "field": "name", "code": "invalid"]])
        }
        guard let config = body["config"], config["url"]?.string?.isEmpty == false else {
            throw GitHubErrorResponse.invalid([["resource": "Hook", "field": "url", "code": "missing_field"]])
        }
        try self.init(updating: body, options: options)
    }

    /// A PATCH. The configuration is replaced as a whole: without a secret, the old secret is erased.
    init(updating body: JSON, options: GitHubOptions) throws {
        if let config = body["config"] {
            guard let url = config["url"]?.string else {
                throw GitHubErrorResponse.invalid([["resource": "Hook", "field": "url", "code": "missing_field"]])
            }
            self.config = Config(
                url: try Self.checked(url, options),
                contentType: config["content_type"]?.string ?? "form",
                secret: config["secret"]?.string.flatMap { $0.isEmpty ? nil : $0 },
                insecureSSL: Self.insecureSSL(config) ?? "0"
            )
        }
        events = try body["events"].map { try Self.events($0) }
        addedEvents = try body["add_events"].map { try Self.events($0) } ?? []
        removedEvents = try body["remove_events"].map { try Self.events($0) } ?? []
        isActive = body["active"]?.bool
    }

    /// A PATCH of the configuration only. Missing members keep their values.
    init(configuring hook: GitHubSimulator.Hook, _ body: JSON, options: GitHubOptions) throws {
        config = Config(
            url: try Self.checked(body["url"]?.string ?? hook.url, options),
            contentType: body["content_type"]?.string ?? hook.contentType,
            secret: body["secret"]?.string ?? hook.secret,
            insecureSSL: Self.insecureSSL(body) ?? hook.insecureSSL
        )
    }

    func apply(to hook: inout GitHubSimulator.Hook) {
        if let config {
            hook.url = config.url
            hook.contentType = config.contentType
            hook.secret = config.secret
            hook.insecureSSL = config.insecureSSL
        }
        if let events { hook.events = events }
        hook.events += addedEvents.filter { !hook.events.contains($0) }
        hook.events.removeAll { removedEvents.contains($0) }
        if let isActive { hook.isActive = isActive }
        hook.updatedAt = Date()
    }

    private static func insecureSSL(_ config: JSON) -> String? {
        config["insecure_ssl"]?.string ?? config["insecure_ssl"]?.integer.map(String.init)
    }

    private static func events(_ list: JSON) throws -> [String] {
        let names = list.array?.compactMap(\.string) ?? []
        let known = [
            "*", "push", "create", "delete", "ping", "release", "issues", "pull_request", "status", "deployment",
            "deployment_status", "workflow_run", "check_run", "check_suite", "fork", "watch", "star", "repository",
        ]
        let unknown = names.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw GitHubErrorResponse.invalidHook(
                "These events are not allowed for this hook: \(unknown.joined(separator: ", "))")
        }
        return names
    }

    private static func checked(_ url: String, _ options: GitHubOptions) throws -> String {
        guard let components = URLComponents(string: url), let host = components.host,
            ["http", "https"].contains(components.scheme)
        else { throw GitHubErrorResponse.invalidHook("url is not a valid URL") }
        if options.refusesLoopback, host == "localhost" || host.hasPrefix("127.") || host == "[::1]" {
            throw GitHubErrorResponse.invalidHook(
                "url is not supported because it isn't reachable over the public Internet (\(host))")
        }
        return url
    }
}
