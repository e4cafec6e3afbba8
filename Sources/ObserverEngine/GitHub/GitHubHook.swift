/// A webhook as GitHub returns it, with its secret masked. Other programs created most of them: everything except the id may
/// be malformed or missing.
package struct GitHubHook: Decodable, Sendable, Equatable {
    package struct Config: Decodable, Sendable, Equatable {
        package var url: String?
        package var contentType: String?
        package var insecureSsl: String?
        package var secret: String?

        package init(url: String?, contentType: String? = nil, insecureSsl: String? = nil, secret: String? = nil) {
            self.url = url
            self.contentType = contentType
            self.insecureSsl = insecureSsl
            self.secret = secret
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            url = try? container.decode(String.self, forKey: .url)
            contentType = try? container.decode(String.self, forKey: .contentType)
            secret = try? container.decode(String.self, forKey: .secret)
            // Documented as a string or a number.
            if let flag = try? container.decode(Bool.self, forKey: .insecureSsl) {
                insecureSsl = flag ? "1" : "0"
            } else if let number = try? container.decode(Int.self, forKey: .insecureSsl) {
                insecureSsl = String(number)
            } else {
                insecureSsl = try? container.decode(String.self, forKey: .insecureSsl)
            }
        }

        private enum CodingKeys: CodingKey {
            case url, contentType, insecureSsl, secret
        }
    }

    /// The result of the last delivery; without a code there was no response, or no delivery yet.
    package struct LastResponse: Decodable, Sendable, Equatable {
        package var code: Int?
        package var status: String?
        package var message: String?

        package init(code: Int?, status: String? = nil, message: String? = nil) {
            self.code = code
            self.status = status
            self.message = message
        }
    }

    package var id: Int
    package var name: String
    package var active: Bool
    package var events: [String]
    package var config: Config
    package var lastResponse: LastResponse?

    package init(
        id: Int, name: String = "web", active: Bool = true, events: [String], config: Config,
        lastResponse: LastResponse? = nil
    ) {
        self.id = id
        self.name = name
        self.active = active
        self.events = events
        self.config = config
        self.lastResponse = lastResponse
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(Int.self, forKey: .id),
            name: (try? container.decode(String.self, forKey: .name)) ?? "web",
            active: (try? container.decode(Bool.self, forKey: .active)) ?? true,
            events: (try? container.decode([String].self, forKey: .events)) ?? [],
            config: (try? container.decode(Config.self, forKey: .config)) ?? Config(url: nil),
            lastResponse: try? container.decode(LastResponse.self, forKey: .lastResponse))
    }

    private enum CodingKeys: CodingKey {
        case id, name, active, events, config, lastResponse
    }
}

/// As the documented log shows it, like a struct of Go; never with the secret.
extension GitHubHook {
    var documented: String {
        let list = events.map { "\"\($0)\"" }.joined(separator: " ")
        return "github.Hook{Name:\"\(name)\", Events:[\(list)], Active:\(active), "
            + "Config:map[url:\(config.url ?? "")], ID:\(id)}"
    }
}
