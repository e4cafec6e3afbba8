/// The objects of GitHub's REST API, as far as we read them.
/// Source: https://docs.github.com/rest
package struct GitHubRepository: Decodable, Sendable {
    package let fullName: String
}

/// What GitHub says of itself; GitHub Enterprise Server says less.
package struct GitHubMeta: Decodable, Sendable {
    /// The ranges of addresses from which it delivers.
    package let hooks: [String]?
}

/// A branch with the commit it points at.
package struct GitHubBranch: Decodable, Sendable {
    package struct Head: Decodable, Sendable {
        package struct Details: Decodable, Sendable {
            package struct Person: Decodable, Sendable {
                package let name: String?
            }

            package let message: String
            package let author: Person?
        }

        package let sha: CommitID
        package let commit: Details?
    }

    package let commit: Head
}

/// How one commit stands to another.
package struct GitHubComparison: Decodable, Sendable {
    package enum Status: String, Decodable, Sendable {
        case identical, ahead, behind, diverged
    }

    package let status: Status
}

/// A webhook as GitHub shows it; its secret, where it has one, is masked.
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
            url = try container.decodeIfPresent(String.self, forKey: .url)
            contentType = try container.decodeIfPresent(String.self, forKey: .contentType)
            secret = try container.decodeIfPresent(String.self, forKey: .secret)
            // A text or a number, by the documentation.
            if let number = try? container.decodeIfPresent(Int.self, forKey: .insecureSsl) {
                insecureSsl = String(number)
            } else {
                insecureSsl = try container.decodeIfPresent(String.self, forKey: .insecureSsl)
            }
        }

        private enum CodingKeys: CodingKey {
            case url, contentType, insecureSsl, secret
        }
    }

    /// What came of the last delivery; without a code there was no answer, or no delivery yet.
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
}

/// The newest status of each context of a commit.
package struct GitHubCombinedStatus: Decodable, Sendable {
    package struct Status: Decodable, Sendable {
        package let state: String
        package let context: String
    }

    package let statuses: [Status]
}

/// A commit status to be shown beside the commit.
/// Source: https://docs.github.com/rest/commits/statuses
package struct CommitStatus: Encodable, Sendable, Equatable {
    package enum State: String, Encodable, Sendable {
        case pending, success, failure
    }

    /// What our statuses are told from others' by.
    package static let context = "dploy/observer"

    /// GitHub refuses longer ones.
    package static let descriptionLimit = 140

    package let state: State
    package let description: String
    package let context = Self.context

    package init(state: State, description: String) {
        self.state = state
        self.description =
            description.count <= Self.descriptionLimit
            ? description : description.prefix(Self.descriptionLimit - 1) + "…"
    }
}
