import Foundation

/// The webhook as we want it at GitHub.
package struct DesiredHook: Sendable, Equatable {
    /// The path under our public address at which we take deliveries.
    package static let path = "/dploy"

    package let url: String
    package let secret: Secret
    package let events = ["push"]

    package init(publicURL: ServiceURL, secret: Secret) {
        self.url = publicURL.description + Self.path
        self.secret = secret
    }

    /// - Parameter url: The whole address, with the path.
    package init(url: String, secret: Secret) {
        self.url = url
        self.secret = secret
    }

    /// The body that creates it.
    var creation: Data { body(Body(name: "web", active: true, events: events, config: config)) }

    /// The body that makes an existing hook like it. It always has the secret: GitHub erases the secret of a hook whose
    /// `config` comes without one.
    var update: Data { body(Body(name: nil, active: true, events: events, config: config)) }

    private var config: Body.Config {
        Body.Config(url: url, contentType: "json", insecureSsl: "0", secret: secret.value)
    }

    private func body(_ value: Body) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .withoutEscapingSlashes
        // Texts, a flag and a list of texts: there is nothing in it that could fail to encode.
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
