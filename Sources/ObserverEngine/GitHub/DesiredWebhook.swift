import Foundation

/// The webhook that GitHub is to have.
package struct DesiredWebhook: Sendable, Equatable {
    /// The path of deliveries, below the public address.
    package static let path = "/dploy"

    package let url: String
    package let secret: Secret
    package static let pushes = ["push"]
    /// The events that show that checks of a commit have changed.
    package static let checks = ["check_suite", "status"]

    package let events: [String]

    package init(publicURL: ServiceURL, secret: Secret, events: [String] = Self.pushes) {
        self.init(url: publicURL.description + Self.path, secret: secret, events: events)
    }

    /// - Parameter url: The whole address, with the path.
    package init(url: String, secret: Secret, events: [String] = Self.pushes) {
        self.url = url
        self.secret = secret
        self.events = events
    }

    /// - Parameter includingChecks: Whether deployments wait for checks.
    package static func events(includingChecks: Bool) -> [String] { includingChecks ? pushes + checks : pushes }

    /// The body of the request that creates it.
    var creation: Data { body(Body(name: "web", active: true, events: events, config: config)) }

    /// The body of the request that updates an existing webhook. It always contains the secret: GitHub erases the secret of
    /// a webhook whose `config` is sent without one.
    var update: Data { body(Body(name: nil, active: true, events: events, config: config)) }

    private var config: Body.Config {
        Body.Config(url: url, contentType: "json", insecureSsl: "0", secret: secret.value)
    }

    private func body(_ value: Body) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .withoutEscapingSlashes
        // Strings and a flag: encoding them can't fail.
        return (try? encoder.encode(value)) ?? Data()
    }

    private struct Body: Encodable {
        struct Config: Encodable {
            let url: String
            let contentType: String
            let insecureSsl: String
            let secret: String
        }

        let name: String?
        let active: Bool
        let events: [String]
        let config: Config
    }
}

/// The documented log shows webhooks as Go prints structs; never with the secret.
extension DesiredWebhook {
    var documentedLine: String {
        "Hook: github.Hook{Name:\"web\", Active:true, Config:map[url:\(url)]}"
    }

    /// The webhook on GitHub after the update.
    func hook(id: Int) -> GitHubHook { GitHubHook(id: id, events: events, config: .init(url: url)) }
}
